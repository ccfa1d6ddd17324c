// What a planted defect is made of: things that come between the daemon and its database, its beat or its
// messages for people, or between two actors, and change, double or lose what passes.
#pragma once

#include "simulation/plant.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace pmactor::simulation {

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

inline auto change_rows(std::function<void(rows&)> change) {
  return [change](topology_seams& x, health_page&) {
    x.open = [next = x.open, change](damaged_file what) {
      return std::make_unique<bugged_history>(next(what), change);
    };
  };
}

/// Changes each pause on its way, or each sleep.
inline auto change_events(event_kind kind, std::function<void(pause_event&)> change) {
  return change_rows([kind, change](rows& xs) {
    for (auto& x : xs)
      if (auto* event = std::get_if<event_record>(&x); event != nullptr && event->event.kind == kind)
        change(event->event);
  });
}

/// Changes what becomes known of an event later.
inline auto change_amendments(std::function<void(event_amendment&)> change) {
  return change_rows([change](rows& xs) {
    for (auto& x : xs)
      if (auto* amendment = std::get_if<event_amendment>(&x))
        change(*amendment);
  });
}

/// Has each pause, or each sleep, stored once more as another one.
inline auto double_events(event_kind kind) {
  return change_rows([kind](rows& xs) {
    for (std::size_t i = 0, n = xs.size(); i < n; ++i)
      if (const auto* event = std::get_if<event_record>(&xs[i]); event != nullptr && event->event.kind == kind) {
        auto again = *event;
        again.event.started += std::chrono::microseconds{1};
        again.event.id = mint_event_id(kind, again.event.started);
        xs.emplace_back(std::move(again));
      }
  });
}

/// Has nothing of a kind stored.
inline auto lose_events(event_kind kind) {
  return change_rows([kind](rows& xs) {
    std::erase_if(xs, [kind](const history_row& x) {
      const auto* event = std::get_if<event_record>(&x);
      return event != nullptr && event->event.kind == kind;
    });
  });
}

inline void blame(pause_event& x, pause_cause cause, confidence sure) {
  const auto length = x.book.total();
  x.book = {};
  x.book[cause] = {length, "so it seems"};
  x.cause = cause;
  x.sure = sure;
}

// ---- between the daemon and its beat ------------------------------------------------------------------

inline auto change_beats(std::function<void(late_beat&)> change) {
  return [change](topology_seams& x, health_page&) {
    x.beat = [next = x.beat, change](const beat_policy& policy, std::function<void(beat_batch)> report) {
      return next(policy, [change, report](beat_batch batch) {
        for (auto& late : batch.late)
          change(late);
        report(std::move(batch));
      });
    };
  };
}

inline std::chrono::nanoseconds asleep(const late_beat& x) {
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

/// Delivers each message so many times.
class bugged_delivery final : public notice_delivery {
public:
  bugged_delivery(std::unique_ptr<notice_delivery> next, std::function<int(const notice_message&)> times)
    : next_{std::move(next)}, times_{std::move(times)} {
  }
  void listen(std::function<void(const sink_result&)> listener) override {
    next_->listen(std::move(listener));
  }
  void follow(const delivery_policy& policy) override {
    next_->follow(policy);
  }
  void deliver(const notice_message& x) override {
    for (auto i = times_(x); i > 0; --i)
      next_->deliver(x);
  }

private:
  std::unique_ptr<notice_delivery> next_;
  std::function<int(const notice_message&)> times_;
};

inline auto change_notices(std::function<int(const notice_message&)> times) {
  return [times](topology_seams& x, health_page&) {
    x.delivery = [next = x.delivery, times](const delivery_policy& policy) {
      return std::make_unique<bugged_delivery>(next(policy), times);
    };
  };
}

inline auto tell_twice(std::function<bool(const notice_message&)> again) {
  return change_notices([again](const notice_message& x) { return again(x) ? 2 : 1; });
}

inline auto lose_notices(std::function<bool(const notice_message&)> lost) {
  return change_notices([lost](const notice_message& x) { return lost(x) ? 0 : 1; });
}

/// Adds a bug to a list. @returns it, for the rest.
inline bug& add_bug(std::vector<bug>& to, std::string_view name, std::string_view about,
                    std::vector<std::string_view> breaks) {
  auto& x = to.emplace_back();
  x.name = name;
  x.about = about;
  x.breaks = std::move(breaks);
  return x;
}

// Each adds the bugs of its kind.
void add_bugs_of_seconds(std::vector<bug>& to);
void add_bugs_of_pauses(std::vector<bug>& to);
void add_bugs_of_stalls(std::vector<bug>& to);
void add_bugs_of_people(std::vector<bug>& to);
void add_bugs_of_the_house(std::vector<bug>& to);

} // namespace pmactor::simulation
