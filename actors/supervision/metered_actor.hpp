// The base class of every actor of the house. Without touching a handler it keeps the actor's slot of
// the health page: mailbox, current handler and since when, times, failure; and it turns an exception
// into an exit reason that carries its words.
#pragma once

#include "actors/host/thread_times.hpp"
#include "actors/supervision/health_page.hpp"
#include "messages/supervision.hpp"

#include <caf/all.hpp>

#include <memory>
#include <optional>
#include <string>

// The library is not instrumented, so the thread sanitizer cannot see the hand-over of a mailbox. We
// declare the edges from sender to receiver, and from one run to the next.
#if defined(__SANITIZE_THREAD__)
#  define PMACTOR_TSAN 1
#elif defined(__has_feature)
#  if __has_feature(thread_sanitizer)
#    define PMACTOR_TSAN 1
#  endif
#endif
#ifdef PMACTOR_TSAN
extern "C" {
void __tsan_acquire(void*);
void __tsan_release(void*);
}
#endif

namespace pmactor {

/// The project's own exit reasons and refusals.
enum class failure : std::uint8_t {
  hung = 1,        ///< A handler ran longer than it may; the SUPERVISOR replaced the actor.
  restart_limit,   ///< A child failed more often than its intensity allows.
  drilled,         ///< Ordered by a drill.
  refused,         ///< A receiver will never accept this value; sending it again is of no use.
};
caf::error make_error(failure code, std::string why = {});
std::string to_string(failure x);

/// @returns whether the error is this one of ours, whatever its words.
bool is(const caf::error& reason, failure code);

/// @returns the words of an exit reason or error for a log or page; "ended" if it is none.
std::string describe(const caf::error& reason);

/// @returns the exit reason of an actor that threw this, with its words. For set_exception_handler(): the
/// default one writes to standard output.
caf::error failure_of(std::exception_ptr& problem);

/// Adds the project's errors to CAF's, so that they render as words.
void add_errors(caf::actor_system_config& cfg);

/// What an actor needs of its place in the house; given to it by the SUPERVISOR at each start.
struct actor_slot_ref {
  health_slot* slot = nullptr; ///< Outlives the actor. May be null in tests.
  std::uint32_t incarnation = 0; ///< Counted from 1; 0 for the one after the last.
  std::uint32_t child = 0; ///< Its number among the SUPERVISOR's children.
  /// Learns what does not work. Weak: a child that was left behind must not keep its SUPERVISOR's thread.
  caf::weak_actor_ptr supervisor{};
  slot_supplement* supplement = nullptr; ///< Of the slot; as that is.
};

/// The measuring part of the base class, free of its template parameters.
class actor_meter {
public:
  /// Takes the slot over from an earlier incarnation, which writes no more.
  /// @throws std::runtime_error if a later one has it: who was left behind before it had begun must not
  /// take anything else from its successor either.
  void attach(const actor_slot_ref& slot);
  /// From any thread. @returns null without a page, and once a successor took the slot over.
  health_slot* slot() const;
  /// By the actor. @returns the same of its supplement.
  slot_supplement* supplement() const;
  void enqueued();
  void begin(const caf::mailbox_element& x);
  void end();
  /// Says what does not work on the health page, and to the SUPERVISOR if it has changed.
  void degraded(std::string_view why, std::string_view key);
  /// An address for the thread sanitizer's edges: no atomic's, as a store to one drops the edges before it.
  void* hand_over() {
    return &since_ns_;
  }

private:
  std::atomic<health_slot*> slot_{nullptr}; ///< Set once, by the actor; read by its senders too.
  std::atomic<std::uint32_t> generation_{0};
  void note_slow(health_slot& s, std::chrono::nanoseconds took) const;

  std::int64_t since_ns_ = 0;
  std::optional<thread_times> times_; ///< Of its thread, about when the handler began.
  actor_slot_ref place_; ///< As attached.
  std::string degraded_; ///< What the SUPERVISOR knows.
};

/// @copydoc the head of this file.
/// @tparam Base an event-based actor, typed or not.
template <class Base>
class metered : public Base {
public:
  explicit metered(caf::actor_config& cfg) : Base(cfg) {
    this->set_exception_handler(failure_of);
  }

  using caf::abstract_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr x, caf::execution_unit* unit) override {
    meter_->enqueued();
    release();
    Base::enqueue(std::move(x), unit);
  }

  caf::resumable::resume_result resume(caf::execution_unit* unit, std::size_t limit) override {
#ifdef PMACTOR_TSAN
    const auto keep = meter_; // afterwards another thread may already own *this
    acquire();
    const auto result = Base::resume(unit, limit);
    __tsan_release(keep->hand_over());
    return result;
#else
    return Base::resume(unit, limit);
#endif
  }

#ifdef PMACTOR_TSAN
  void on_destroy() override { // by the thread that released the last handle
    acquire();
    Base::on_destroy();
  }
#endif

  caf::invoke_message_result consume(caf::mailbox_element& x) override {
    struct guard { // also when the handler throws
      actor_meter& meter;
      ~guard() {
        meter.end();
      }
    };
    acquire(); // it may have come since this run began
    meter_->begin(x);
    guard g{*meter_};
    return Base::consume(x);
  }

  using Base::attach; // CAF's own, of other things
  /// Call first in the actor's function. @throws as actor_meter::attach does, so that it ends there.
  void attach(const actor_slot_ref& slot) {
    meter_->attach(slot);
  }

  /// Says what does not work and why, on the health page and to the SUPERVISOR; empty if all is well again.
  /// @param key of the setting whose target that is, for `doctor`; empty if there is none.
  void degraded(std::string_view why, std::string_view key = {}) {
    meter_->degraded(why, key);
  }

  /// Says on the health page whatever else `inspect` should show of this actor.
  void note(std::string_view text) {
    if (auto* slot = meter_->slot())
      slot->note.write(text);
  }

  /// Says on the health page what it does not do on this host and why, for `doctor`; empty if there is nothing.
  /// @param is_whole whether that is all of its work.
  /// @param remedy a command that makes up for it. One that has no room is left out: a part of it would do something
  /// else.
  void shortfall(std::string_view text, bool is_whole = false, std::string_view remedy = {}) {
    if (auto* x = meter_->supplement())
      x->shortfall_command.write(remedy.size() <= x->shortfall_command.room ? remedy : std::string_view{});
    if (auto* slot = meter_->slot()) {
      slot->shortfall_is_whole.store(is_whole ? 1 : 0, std::memory_order_relaxed);
      slot->shortfall.write(text);
    }
  }

  /// The slot to count things in; null in tests without a page, and once a successor took over.
  health_slot* slot() const {
    return meter_->slot();
  }

private:
  void release() {
#ifdef PMACTOR_TSAN
    __tsan_release(meter_->hand_over());
#endif
  }
  void acquire() {
#ifdef PMACTOR_TSAN
    __tsan_acquire(meter_->hand_over());
#endif
  }

  std::shared_ptr<actor_meter> meter_ = std::make_shared<actor_meter>();
};

/// The self pointer of an actor with this handle and state. *Impl* is the handle, extended by what the
/// actor sends to itself.
template <class Impl, class State>
using actor_pointer = caf::stateful_actor<State, metered<typename Impl::base>>*;

/// The handlers that every actor shares; splice them into its behavior.
template <class Self>
auto handle_drill(Self self) {
  return [self](const drill& order) {
    if (order.how == drill::way::quit)
      self->quit(make_error(failure::drilled));
    else
      throw std::runtime_error("ordered by a drill");
  };
}

} // namespace pmactor
