// What is wrong with pauses and sleeps, and who is blamed for them.
#include "simulation/plant_tools.hpp"

#include <algorithm>
#include <utility>

namespace pmactor::simulation {

using namespace std::chrono_literals;

void add_bugs_of_pauses(std::vector<bug>& to) {
  const auto add = [&to](std::string_view name, std::string_view what, std::vector<std::string_view> breaks) -> bug& {
    return add_bug(to, name, what, std::move(breaks));
  };
  add("length-is-interval", "B3: a pause is as long as the whole interval", {"pause-length"}).seams
    = change_events(event_kind::pause, [](pause_event& x) {
        const auto whole = x.after.awake - x.before.awake;
        x.book[x.cause].length += whole - x.duration;
        x.duration = whole;
      });
  add("stamp-is-the-end", "B3: a pause is said to begin when it ends", {"pause-time"}).seams
    = change_events(event_kind::pause, [](pause_event& x) { x.started = x.ended; });
  add("wake-erases-the-gap", "B8: a sleep within the gap erases the freeze beside it", {"pause-missed"}).seams
    = change_beats([](late_beat& x) {
        if (asleep(x) > 50ms)
          x.deadline = x.after.at.awake;
      });
  add("sleep-is-a-freeze", "the clock that counts sleep is the one that is judged",
      {"pause-invented", "pause-length", "sleep-missed", "notice-invented", "capture-of-a-sleep"})
    .seams = change_beats([](late_beat& x) { x.after.at.awake += asleep(x); });
  add("sleep-unseen", "B9: the clocks are never compared", {"sleep-missed", "event-invented"}).seams
    = change_beats([](late_beat& x) { x.after.at.total -= asleep(x); });
  add("short-pauses-unseen", "B4: only pauses of three seconds are seen", {"pause-missed"}).conf
    = [](settings& x) { x.pauses.find.least_lateness = 3s; };
  add("pause-stored-twice", "every pause is an event twice", {"pause-twice"}).seams = double_events(event_kind::pause);
  add("sleep-stored-twice", "every sleep is an event twice", {"sleep-twice"}).seams = double_events(event_kind::sleep);
  add("sleep-not-kept", "a sleep is no event", {"sleep-missed"}).seams = lose_events(event_kind::sleep);
  add("hiccup-is-a-pause", "a beat that is hardly late is a pause", {"event-invented", "pause-invented"}).conf
    = [](settings& x) { x.pauses.find.least_lateness = 120ms; };
  add("pause-invented", "a second of stress is a pause", {"event-invented"}).seams = change_rows([](rows& xs) {
    for (std::size_t i = 0, n = xs.size(); i < n; ++i)
      if (const auto* sample = std::get_if<scored_sample>(&xs[i]); sample != nullptr && sample->stress.load.value_or(0) > 30) {
        event_record x;
        x.event.before = x.event.after = sample->system.at;
        x.event.started = x.event.ended = sample->system.at.wall;
        x.event.id = mint_event_id(x.event.kind, x.event.started);
        xs.emplace_back(x);
      }
  });
  add("commit-late", "an event is committed with the next row that comes", {"pause-missed", "sleep-missed", "event-lost", "event-invented", "stall-missed", "stall-invented"}).seams
    = [held = std::make_shared<rows>()](topology_seams& x, health_page& page) {
        change_rows([held](rows& xs) {
          auto late = std::exchange(*held, {});
          std::erase_if(xs, [&](const history_row& row) {
            const bool is_event = std::holds_alternative<event_record>(row);
            if (is_event)
              held->push_back(row);
            return is_event;
          });
          xs.insert(xs.end(), late.begin(), late.end());
        })(x, page);
      };
  add("clock-steps-doubled", "each step of the wall clock is two", {"clock-invented"}).seams
    = double_events(event_kind::clock);
  add("ledger-loses-time", "a nanosecond is booked to no line", {"ledger-sum"}).seams
    = change_events(event_kind::pause, [](pause_event& x) { x.book[x.cause].length -= 1ns; });
  add("cause-guessed", "what no counter explains is blamed on the hypervisor", {"wrong-cause"}).seams
    = change_events(event_kind::pause, [](pause_event& x) {
        if (x.cause == pause_cause::unexplained)
          blame(x, pause_cause::stolen, confidence::high);
      });
  add("cause-never-found", "every pause is unexplained", {"cause-not-found"}).seams
    = change_events(event_kind::pause,
                    [](pause_event& x) { blame(x, pause_cause::unexplained, confidence::low); });
  add("scope-turned-round", "a witness that ran on is taken for one that was late", {"wrong-scope"}).seams
    = change_amendments([](event_amendment& x) {
        if (x.scope == pause_scope::daemon_only)
          x.scope = pause_scope::system;
      });
  add("amended-cause", "the second witness changes the length", {"amended-too-far", "history-differs"}).seams
    = change_amendments([](event_amendment& x) {
        if (x.scope)
          x.over = event_amendment::end{started_of(x.id) + 1s, 1s};
      });
  add("lead-up-from-within", "B11: what led to a pause is what was seen after it", {"lead-up-from-within"}).seams
    = change_rows([](rows& xs) {
        for (auto& x : xs)
          if (auto* event = std::get_if<event_record>(&x); event != nullptr && !event->lead_up.empty())
            event->lead_up.back().system.at = event->event.after;
      });
  add("sleep-too-long", "a sleep is longer than it was", {"sleep-length"}).seams
    = change_events(event_kind::sleep, [](pause_event& x) {
        x.duration += 10ms;
        x.book[pause_cause::asleep].length += 10ms;
      });
  add("freeze-is-a-sleep", "a long freeze is called a sleep", {"sleep-invented"}).seams
    = change_events(event_kind::pause, [](pause_event& x) {
        if (x.duration > 1s)
          x.kind = event_kind::sleep;
      });
  add("other-amended", "what becomes known later is said of another event", {"event-lost"}).seams
    = change_amendments([](event_amendment& x) { x.id.value += 8; });
  add("lead-up-too-old", "what led to a pause goes back for an hour", {"lead-up-too-old"}).seams
    = change_rows([](rows& xs) {
        for (auto& x : xs)
          if (auto* event = std::get_if<event_record>(&x); event != nullptr && !event->lead_up.empty())
            event->lead_up.front().system.at.awake -= 1h;
      });
  add("lead-up-too-short", "what led to a pause goes back for half a minute", {"lead-up-too-short"}).seams
    = change_rows([](rows& xs) {
        for (auto& x : xs)
          if (auto* event = std::get_if<event_record>(&x); event != nullptr && event->lead_up.size() > 30)
            event->lead_up.erase(event->lead_up.begin(), event->lead_up.end() - 30);
      });
  add("culprits-turned-round", "the least suspected process is named first", {"wrong-culprit"}).seams
    = change_rows([](rows& xs) {
        for (auto& x : xs)
          if (auto* event = std::get_if<event_record>(&x))
            std::reverse(event->culprits.begin(), event->culprits.end());
      });
  add("culprits-were-busy", "those that have ended are blamed, as they were busy", {"wrong-culprit"}).seams
    = change_rows([](rows& xs) {
        for (auto& x : xs)
          if (auto* event = std::get_if<event_record>(&x); event != nullptr && event->event.kind == event_kind::pause)
            event->culprits.push_back({0, {}, "processes that have ended", "wrote 14 MB/s"});
      });
  add("culprits-forgotten", "nothing is suspected of anything", {"culprit-missed"}).seams = change_rows([](rows& xs) {
    for (auto& x : xs)
      if (auto* event = std::get_if<event_record>(&x))
        event->culprits.clear();
  });
  add("blame-too-much", "more harm is charged than was done", {"blame-sum"}).seams = change_rows([](rows& xs) {
    for (auto& x : xs)
      if (auto* event = std::get_if<event_record>(&x); event != nullptr && event->event.kind == event_kind::pause) {
        auto& blame = event->event.blame ? *event->event.blame : event->event.blame.emplace();
        blame.others += 1s;
      }
  });
  add("blame-for-a-stop", "a process is charged with a stop by a signal", {"wrong-blame"}).seams
    = change_rows([](rows& xs) {
        for (auto& x : xs)
          if (auto* event = std::get_if<event_record>(&x);
              event != nullptr && event->event.cause == pause_cause::stopped) {
            auto& blame = event->event.blame.emplace();
            blame.harm = 1s;
            auto& one = blame.doers.emplace_back();
            one.name = "bystander", one.held = 1s;
          }
      });
}

} // namespace pmactor::simulation
