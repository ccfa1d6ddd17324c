#include "simulation/plant.hpp"

#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

namespace pmactor::simulation {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

// ---- between the daemon and its database ------------------------------------------------------------

using rows = std::vector<history_row>;

/// Changes the rows on their way.
class bugged_history final : public history_port {
public:
  bugged_history(std::unique_ptr<history_port> next, std::function<void(rows&)> change)
    : next_{std::move(next)}, change_{std::move(change)} {
  }
  std::size_t store(std::span<const history_row> x) override {
    rows changed{x.begin(), x.end()};
    change_(changed);
    return next_->store(changed);
  }
  prune_result prune(const prune_order& order) override {
    return next_->prune(order);
  }
  std::optional<std::int64_t> find_event(const event_key& event) override {
    return next_->find_event(event);
  }
  std::vector<std::string> pinned_folders() override {
    return next_->pinned_folders();
  }
  history_size size() override {
    return next_->size();
  }
  std::optional<std::string> recall(const std::string& key) override {
    return next_->recall(key);
  }
  const std::string& opened() const override {
    return next_->opened();
  }
  const std::string& alarm() const override {
    return next_->alarm();
  }
  std::string set_aside(const std::string& why) override {
    return next_->set_aside(why);
  }
  void end() override {
    if (marks_end)
      next_->end();
  }

  bool marks_end = true;

private:
  std::unique_ptr<history_port> next_;
  std::function<void(rows&)> change_;
};

auto change_rows(std::function<void(rows&)> change) {
  return [change](topology_seams& x, health_page&) {
    x.open = [next = x.open, change] { return std::make_unique<bugged_history>(next(), change); };
  };
}

/// Changes each pause on its way, or each sleep.
auto change_events(event_kind kind, std::function<void(pause_event&)> change) {
  return change_rows([kind, change](rows& xs) {
    for (auto& x : xs)
      if (auto* event = std::get_if<event_record>(&x); event != nullptr && event->event.kind == kind)
        change(event->event);
  });
}

/// Has each pause, or each sleep, stored once more as another one.
auto double_events(event_kind kind) {
  return change_rows([kind](rows& xs) {
    for (std::size_t i = 0, n = xs.size(); i < n; ++i)
      if (const auto* event = std::get_if<event_record>(&xs[i]); event != nullptr && event->event.kind == kind) {
        auto again = *event;
        again.event.started += 1us;
        again.event.amends = false;
        xs.emplace_back(std::move(again));
      }
  });
}

/// Has nothing of a kind stored.
auto lose_events(event_kind kind) {
  return change_rows([kind](rows& xs) {
    std::erase_if(xs, [kind](const history_row& x) {
      const auto* event = std::get_if<event_record>(&x);
      return event != nullptr && event->event.kind == kind;
    });
  });
}

void blame(pause_event& x, pause_cause cause, confidence sure) {
  const auto length = x.book.total();
  x.book = {};
  x.book[cause] = {length, "so it seems"};
  x.cause = cause;
  x.sure = sure;
}

// ---- between the daemon and its beat ------------------------------------------------------------------

auto change_beats(std::function<void(late_beat&)> change) {
  return [change](topology_seams& x, health_page&) {
    x.beat = [next = x.beat, change](const beat_policy& policy, std::function<void(beat_batch)> tell) {
      return next(policy, [change, tell](beat_batch batch) {
        for (auto& late : batch.late)
          change(late);
        tell(std::move(batch));
      });
    };
  };
}

nanoseconds asleep(const late_beat& x) {
  return (x.after.at.total - x.before.at.total) - (x.after.at.awake - x.before.at.awake);
}

// ---- between two actors -------------------------------------------------------------------------------

/// Stands before an actor, hands on all that it is sent, and may change what is of type T.
/// @param change returns whether it is handed on; if not, the sender believes it was handled.
template <class T>
caf::behavior stand_in(caf::event_based_actor* self, const caf::actor& behind,
                       const std::function<bool(T&)>& change) {
  self->monitor(behind);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(); });
  self->set_default_handler([self, behind](caf::scheduled_actor*, caf::message_view& x) -> caf::result<caf::message> {
    self->delegate(behind, x.move_content_to_message());
    return caf::delegated<caf::message>{};
  });
  return {
    [self, behind, change](T x) -> caf::result<void> {
      if (!change(x))
        return caf::unit;
      self->delegate(behind, std::move(x));
      return caf::delegated<void>{};
    },
  };
}

template <class T>
auto change_messages(std::string to, std::function<bool(T&)> change) {
  return [to, change](supervisor_setup& setup, caf::actor_system& system) {
    setup.wire = [next = setup.wire, to, change, &system](std::string_view id, const caf::strong_actor_ptr& handle) {
      if (!handle || id != to) {
        next(id, handle);
        return;
      }
      const auto before = system.spawn(stand_in<T>, caf::actor_cast<caf::actor>(handle), change);
      next(id, caf::actor_cast<caf::strong_actor_ptr>(before));
    };
  };
}

/// Tells twice what it is told to.
class twice_courier final : public notice_delivery {
public:
  twice_courier(std::unique_ptr<notice_delivery> next, std::function<bool(const notice_message&)> again)
    : next_{std::move(next)}, again_{std::move(again)} {
  }
  void listen(std::function<void(const sink_result&)> listener) override {
    next_->listen(std::move(listener));
  }
  void follow(const delivery_policy& policy) override {
    next_->follow(policy);
  }
  void deliver(const notice_message& x) override {
    next_->deliver(x);
    if (again_(x))
      next_->deliver(x);
  }

private:
  std::unique_ptr<notice_delivery> next_;
  std::function<bool(const notice_message&)> again_;
};

auto tell_twice(std::function<bool(const notice_message&)> again) {
  return [again](topology_seams& x, health_page&) {
    x.delivery = [next = x.delivery, again](const delivery_policy& policy) {
      return std::make_unique<twice_courier>(next(policy), again);
    };
  };
}

/// A child that hears of no end.
caf::behavior deaf(caf::event_based_actor* self) {
  self->set_default_handler(caf::drop);
  self->set_exit_handler([](const caf::exit_msg&) {});
  return {[](tick) {}};
}

void add_deaf_child(supervisor_setup& setup, caf::actor_system&) {
  auto& x = setup.children.emplace_back();
  x.id = "deaf";
  x.shutdown = 2s;
  x.start = [](caf::local_actor& parent, const actor_slot_ref&) {
    return caf::actor_cast<caf::strong_actor_ptr>(parent.spawn<caf::monitored>(deaf));
  };
}

std::vector<bug> make_bugs() {
  std::vector<bug> result;
  const auto add = [&result](std::string_view name, std::string_view about,
                             std::vector<std::string_view> breaks) -> bug& {
    auto& x = result.emplace_back();
    x.name = name;
    x.about = about;
    x.breaks = std::move(breaks);
    return x;
  };

  add("latency-elevates", "B1: the latency that it measures has it watch more closely", {"watched-without-stress"})
    .change = change_messages<scored_sample>("sample-policy", [](scored_sample& x) {
      x.stress.thermal = x.stress.latency;
      return true;
    });
  add("spike-never-scored", "B2: the I/O baseline has learned the spike before it is compared", {"spike-not-scored"})
    .change = change_messages<scored_sample>("sample-policy", [](scored_sample& x) {
      x.stress.io = x.stress.io ? std::optional{0.0} : std::nullopt;
      return true;
    });
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
  add("pause-told-twice", "every pause is an event twice", {"pause-twice"}).seams = double_events(event_kind::pause);
  add("sleep-told-twice", "every sleep is an event twice", {"sleep-twice"}).seams = double_events(event_kind::sleep);
  add("sleep-not-kept", "a sleep is no event", {"sleep-missed"}).seams = lose_events(event_kind::sleep);
  add("hiccup-is-a-pause", "a beat that is hardly late is a pause", {"event-invented", "pause-invented"}).conf
    = [](settings& x) { x.pauses.find.least_lateness = 120ms; };
  add("pause-invented", "a second of stress is a pause", {"event-invented"}).seams = change_rows([](rows& xs) {
    for (std::size_t i = 0, n = xs.size(); i < n; ++i)
      if (const auto* sample = std::get_if<scored_sample>(&xs[i]); sample != nullptr && sample->stress.load.value_or(0) > 30) {
        event_record x;
        x.event.before = x.event.after = sample->system.at;
        x.event.started = x.event.ended = sample->system.at.wall;
        xs.emplace_back(x);
      }
  });
  add("commit-late", "an event is committed with the next row that comes", {"pause-missed", "sleep-missed"}).seams
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
    = change_events(event_kind::pause, [](pause_event& x) {
        if (x.scope == pause_scope::daemon_only)
          x.scope = pause_scope::system;
      });
  add("amended-cause", "the second witness changes the length", {"amended-too-far"}).seams
    = change_events(event_kind::pause, [](pause_event& x) {
        if (x.amends) {
          x.duration += 1s;
          x.book[x.cause].length += 1s;
        }
      });
  add("lead-up-from-within", "B11: what led to a pause is what was seen after it", {"lead-up-from-within"}).seams
    = change_rows([](rows& xs) {
        for (auto& x : xs)
          if (auto* event = std::get_if<event_record>(&x); event != nullptr && !event->lead_up.empty())
            event->lead_up.back().system.at = event->event.after;
      });
  add("second-dropped", "one second in a hundred is lost between two actors", {"coverage"}).change
    = change_messages<system_sample>("stress-scorer", [](system_sample& x) { return x.tick % 100 != 0; });
  add("second-given-up", "one second in a hundred is counted as lost", {"second-lost"}).change
    = [](supervisor_setup& setup, caf::actor_system& system) {
        change_messages<system_sample>("stress-scorer", [page = setup.page](system_sample& x) {
          if (x.tick % 100 != 0)
            return true;
          page->samples_lost.fetch_add(1);
          return false;
        })(setup, system);
      };
  add("second-restamped", "a second is stamped when it is scored", {"row-invented"}).change
    = change_messages<system_sample>("stress-scorer", [](system_sample& x) {
        x.at.awake += 1ms;
        return true;
      });
  add("row-dropped", "one row in a hundred is acknowledged and not stored", {"coverage"}).seams
    = change_rows([turn = 0](rows& xs) mutable {
        std::erase_if(xs, [&](const history_row& x) {
          return std::holds_alternative<scored_sample>(x) && ++turn % 100 == 0;
        });
      });
  add("row-twice", "a row is stored again under the next number", {"row-twice"}).seams
    = change_rows([](rows& xs) {
        for (std::size_t i = 0, n = xs.size(); i < n; ++i)
          if (const auto* sample = std::get_if<scored_sample>(&xs[i]); sample != nullptr && sample->system.tick % 100 == 0) {
            auto again = *sample;
            ++again.system.tick;
            xs.emplace_back(std::move(again));
          }
      });
  add("score-off", "the load scores a point too much", {"wrong-score"}).change
    = change_messages<scored_sample>("sample-policy", [](scored_sample& x) {
        x.stress.load = x.stress.load.value_or(0) + 1;
        return true;
      });
  add("restarts-for-ever", "there is no limit to restarts", {"restart-limit"}).change
    = [](supervisor_setup& x, caf::actor_system&) { x.policy.intensity = 100'000; };
  add("gives-up-early", "the daemon ends with the third failure within a minute", {"restart-limit"}).change
    = [](supervisor_setup& x, caf::actor_system&) { x.policy.intensity = 2; };
  add("fails-unasked", "an actor fails now and then", {"restart-without-crash"}).change
    = [](supervisor_setup& x, caf::actor_system&) { x.drill_every = 10min; };
  add("child-blamed", "a sampler child that is a little late is ended", {"blamed-for-a-pause"}).conf
    = [](settings& x) {
        x.powermetrics.silent_intervals = 1;
        x.powermetrics.least_silence = 1100ms;
      };
  add("hang-blamed-early", "a handler that takes two seconds is called a hang", {"blamed-for-a-pause"}).change
    = [](supervisor_setup& setup, caf::actor_system&) {
        for (auto& x : setup.children)
          x.hang_limit = 2s;
      };
  add("hang-overlooked", "nobody looks for handlers that hang", {"hang-unnoticed"}).change
    = [](supervisor_setup& setup, caf::actor_system&) {
        for (auto& x : setup.children)
          x.hang_limit = 1h;
      };
  add("hang-told-again", "B22: a hang is told of as long as it lasts", {"hang-told-twice"}).log
    = [](log_level level, std::string_view component, std::string_view event, std::string_view sentence, log_sink next) {
        next(level, component, event, sentence);
        if (event == "handler-hangs")
          next(level, component, event, sentence);
      };
  add("stop-waits", "an actor does not hear of the end", {"stop-late"}).change = add_deaf_child;
  add("mailbox-grows", "a mailbox grows by 300 messages a second", {"mailbox-bound"}).seams
    = [](topology_seams& x, health_page& page) {
        x.on_pulse = [next = x.on_pulse, &page] {
          next();
          page.slots[1].enqueued.fetch_add(300);
        };
      };
  add("pulse-stands-still", "the health page is stamped once only", {"health-page"}).seams
    = [](topology_seams& x, health_page&) {
        x.on_pulse = [next = x.on_pulse, first = true]() mutable {
          if (std::exchange(first, false))
            next();
        };
      };
  add("trouble-hidden", "the health page does not tell of a disk that fails", {"health-page"}).seams
    = [](topology_seams& x, health_page& page) {
        x.on_pulse = [next = x.on_pulse, &page] {
          next();
          page.slots[0].degraded.write("");
        };
      };
  add("episode-per-sample", "B17: every critical second begins an episode of its own", {"episode-twice", "episode-invented"})
    .seams = change_rows([](rows& xs) {
      for (std::size_t i = 0, n = xs.size(); i < n; ++i)
        if (const auto* sample = std::get_if<scored_sample>(&xs[i]); sample != nullptr && sample->stress.total() >= 60) {
          event_record x;
          x.event.kind = event_kind::critical;
          x.event.before = x.event.after = sample->system.at;
          x.event.started = x.event.ended = sample->system.at.wall;
          xs.emplace_back(x);
        }
    });
  add("episode-missed", "critical stress is no event", {"episode-missed"}).seams = lose_events(event_kind::critical);
  add("episode-of-nothing", "disk traffic alone is critical stress", {"episode-invented", "episode-twice"}).conf
    = [](settings& x) { x.sampling.elevate_at = x.sampling.critical_at = 20; };
  add("episode-length-lost", "the end of an episode takes its length back", {"episode-changed", "history-differs"}).seams
    = change_events(event_kind::critical, [](pause_event& x) {
        if (x.amends)
          x.duration = -1s;
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
  add("first-telling-lost", "an event is stored only when it is told again", {"event-lost"}).seams
    = change_events(event_kind::pause, [](pause_event& x) { x.amends = true; });
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
  add("row-refused", "a row in a hundred is held to be unfit", {"message-set-aside"}).seams
    = change_rows([turn = 0](rows&) mutable {
        if (++turn % 100 == 0)
          throw storage_problem{storage_failure::refused, "It is unfit."};
      });
  add("seconds-missed", "a second is missed now and then", {"second-missed"}).seams
    = [](topology_seams& x, health_page& page) {
        x.on_pulse = [next = x.on_pulse, &page] {
          next();
          page.samples_missed.store(1);
        };
      };
  add("end-not-marked", "the last run looks as if it had been killed", {"end-not-marked"}).seams
    = [](topology_seams& x, health_page&) {
        x.open = [next = x.open] {
          auto port = std::make_unique<bugged_history>(next(), [](rows&) {});
          port->marks_end = false;
          return port;
        };
      };
  add("commit-forgotten", "the database lacks one sample in fifty that it says it has", {"history-differs"}).file
    = [](std::unique_ptr<history_port> next) -> std::unique_ptr<history_port> {
        return std::make_unique<bugged_history>(std::move(next), [turn = 0](rows& xs) mutable {
          for (auto& x : xs)
            if (auto* sample = std::get_if<scored_sample>(&x); sample != nullptr && ++turn % 50 == 0)
              sample->system.at.wall += 1ms;
        });
      };
  add("notice-again", "B22: one message is not enough", {"notice-flood", "notice-twice"}).seams
    = tell_twice([](const notice_message&) { return true; });
  add("all-clear-again", "one all-clear is not enough", {"notice-twice"}).seams
    = tell_twice([](const notice_message& x) { return x.kind == notice_kind::all_clear; });
  add("notice-of-a-sleep", "a sleep is told of as a freeze", {"notice-invented", "notice-twice"}).change
    = change_messages<event_record>("notifier", [](event_record& x) {
        if (x.event.kind == event_kind::sleep)
          x.event.kind = event_kind::pause;
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
  add("captured-again", "an event is captured as often as it is told", {"capture-twice"}).seams
    = [](topology_seams& x, health_page&) {
        x.capture = [next = x.capture](const job_order& order, std::function<void(job_outcome)> done) {
          if (order.what == job_order::task::publish)
            next(order, [](const job_outcome&) {});
          return next(order, std::move(done));
        };
      };
  add("sleep-captured", "a sleep is captured like a pause", {"capture-of-a-sleep"}).change
    = change_messages<event_record>("forensics-supervisor", [](event_record& x) {
        if (x.event.kind == event_kind::sleep)
          x.event.kind = event_kind::pause;
        return true;
      });
  return result;
}

} // namespace

const std::vector<bug>& known_bugs() {
  static const auto result = make_bugs();
  return result;
}

bug find_bug(std::string_view name) {
  if (name.empty())
    return {};
  for (const auto& x : known_bugs())
    if (x.name == name)
      return x;
  throw std::invalid_argument("no bug \"" + std::string{name} + "\" is known; --check-oracle lists them");
}

} // namespace pmactor::simulation
