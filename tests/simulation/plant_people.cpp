// What is wrong with episodes of stress, messages and captures.
#include "simulation/plant_tools.hpp"

#include <algorithm>
#include <utility>

namespace pmactor::simulation {

using namespace std::chrono_literals;

namespace {

/// A job that takes its orders and never runs.
struct stuck_job final : evidence_job {
  void stop() override {
  }
};

} // namespace

void add_bugs_of_people(std::vector<bug>& to) {
  const auto add = [&to](std::string_view name, std::string_view what, std::vector<std::string_view> breaks) -> bug& {
    return add_bug(to, name, what, std::move(breaks));
  };
  add("episode-per-sample", "B17: every critical second begins an episode of its own", {"episode-twice", "episode-invented"})
    .seams = change_rows([](rows& xs) {
      for (std::size_t i = 0, n = xs.size(); i < n; ++i)
        if (const auto* sample = std::get_if<scored_sample>(&xs[i]); sample != nullptr && sample->stress.total() >= 60) {
          event_record x;
          x.event.kind = event_kind::critical;
          x.event.before = x.event.after = sample->system.at;
          x.event.started = x.event.ended = sample->system.at.wall;
        x.event.id = mint_event_id(x.event.kind, x.event.started);
          xs.emplace_back(x);
        }
    });
  add("episode-missed", "critical stress is no event", {"episode-missed", "event-lost"}).seams = lose_events(event_kind::critical);
  add("episode-of-nothing", "disk traffic alone is critical stress", {"episode-invented", "episode-twice"}).conf
    = [](settings& x) { x.sampling.elevate_at = x.sampling.critical_at = 20; };
  add("episode-length-lost", "the end of an episode takes its length back", {"episode-changed", "history-differs", "stall-time"}).seams
    = change_amendments([](event_amendment& x) {
        if (x.over)
          x.over->duration = -1s;
      });
  add("never-watches", "the machine is never watched more closely", {"stress-not-watched"}).conf
    = [](settings& x) { x.sampling.elevate_at = 100; };
  add("alert-at-once", "an alert does not wait for the stress to last", {"alert-too-early"}).conf
    = [](settings& x) { x.sampling.alert_after = 3s; };
  add("alert-again", "B22: one alert is not enough", {"alert-twice"}).log
    = [](log_level level, std::string_view component, std::string_view event, std::string_view sentence, log_sink next) {
        next(level, component, event, sentence);
        if (event == "alert")
          next(level, component, event, sentence);
      };
  add("alert-unsaid", "an all-clear follows no alert", {"all-clear-without-alert"}).log
    = [](log_level level, std::string_view component, std::string_view event, std::string_view sentence, log_sink next) {
        if (event != "alert")
          next(level, component, event, sentence);
      };
  add("notice-again", "B22: one message is not enough", {"notice-flood", "notice-twice"}).seams
    = tell_twice([](const notice_message&) { return true; });
  add("all-clear-again", "one all-clear is not enough", {"notice-twice"}).seams
    = tell_twice([](const notice_message& x) { return x.kind == notice_kind::all_clear; });
  add("notice-of-a-sleep", "a sleep is reported as a freeze", {"notice-invented", "notice-twice"}).change
    = change_messages<event_record>("notifier", [](event_record& x) {
        if (x.event.kind == event_kind::sleep) { // what only the clocks missed is no freeze either
          x.event.kind = event_kind::pause;
          x.event.cause = pause_cause::unexplained;
        }
        return true;
      });
  add("notices-without-end", "there is no limit to messages", {"notice-flood", "notice-twice"}).conf = [](settings& x) {
    x.notifications.when.cooldown = 1s;
    x.notifications.when.most_per_hour = 1000;
  };
  add("captures-without-end", "B17: there is no limit to captures", {"capture-flood"}).conf = [](settings& x) {
    x.forensics.capture.per_hour = 1000;
    x.forensics.capture.cooldown = 1ms;
  };
  add("captured-again", "an event is captured as often as it is sent", {"capture-twice"}).seams
    = [](topology_seams& x, health_page&) {
        x.capture = [next = x.capture](const job_order& order, std::function<void(job_outcome)> done) {
          if (order.what == job_order::task::publish)
            next(order, [](const job_outcome&) {});
          return next(order, std::move(done));
        };
      };
  add("sleep-captured", "a sleep is captured like a pause", {"capture-of-a-sleep"}).change
    = change_messages<event_record>("forensics-supervisor", [](event_record& x) {
        if (x.event.kind == event_kind::sleep) { // what only the clocks missed is no freeze either
          x.event.kind = event_kind::pause;
          x.event.cause = pause_cause::unexplained;
        }
        return true;
      });
  add("alert-waits", "stress may be critical for an hour before an alert", {"alert-missed"}).conf
    = [](settings& x) { x.sampling.alert_after = 1h; };
  add("relief-unseen", "critical stress is never over", {"all-clear-missed", "episode-missed"}).conf = [](settings& x) {
    x.sampling.relieved_below = 0;
  };
  add("mute", "no message leaves the notifier", {"notice-missed"}).seams = lose_notices([](const notice_message&) {
    return true;
  });
  add("mute-of-stress", "an alert is no message", {"notice-missed"}).seams = lose_notices([](const notice_message& x) {
    return x.kind == notice_kind::critical;
  });
  add("all-clear-lost", "an all-clear is no message", {"all-clear-missed"}).seams
    = lose_notices([](const notice_message& x) { return x.kind == notice_kind::all_clear; });
  add("capture-never-starts", "no event is captured", {"capture-missed"}).change
    = change_messages<event_record>("forensics-supervisor", [](event_record&) { return false; });
  add("budget-of-nothing", "the budget is said to be used up", {"capture-denied"}).conf
    = [](settings& x) { x.forensics.capture.per_hour = 0; };
  add("under-way-for-ever", "events give way to a capture of which no job ever runs", {"capture-denied"}).seams
    = [](topology_seams& x, health_page&) {
        x.capture = [](const job_order&, const std::function<void(job_outcome)>&) { return std::make_unique<stuck_job>(); };
      };
  add("evidence-lost", "what was captured is left out of the report", {"evidence-missed"}).seams
    = [](topology_seams& x, health_page&) {
        x.capture = [next = x.capture](job_order order, std::function<void(job_outcome)> done) {
          if (order.what == job_order::task::publish && !order.report.artifacts.empty())
            order.report.artifacts.pop_back();
          return next(order, std::move(done));
        };
      };
}

} // namespace pmactor::simulation
