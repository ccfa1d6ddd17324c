#include "actors/supervision/metered_actor.hpp"

#include "actors/host/process_facts.hpp"
#include "messages/actors.hpp"

#include <algorithm>
#include <cxxabi.h>
#include <mutex>
#include <stdexcept>
#include <unordered_map>

namespace pmactor {
namespace {

const caf::atom_value category = caf::atom("pmactor");

std::int64_t actor_now_ns() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

/// @returns the times of the calling thread, at most 10 ms old: a system call for each message would be more than half of
/// what most handlers cost, and of a handler that counts as slow 10 ms are a tenth at most.
std::optional<thread_times> recent_thread_times(std::int64_t now_ns) {
  constexpr std::int64_t longest_age_ns = 10'000'000;
  static thread_local std::optional<thread_times> times;
  static thread_local std::int64_t read_ns = -longest_age_ns - 1;
  if (now_ns - read_ns > longest_age_ns) {
    times = own_thread_times();
    read_ns = now_ns;
  }
  return times;
}

/// The name of a message type without its namespace, e.g. "scored_sample". Message types are few, so
/// names are made once and kept.
std::string_view type_name(const std::type_info& type) {
  static std::mutex mutex;
  static std::unordered_map<const std::type_info*, std::string> names;
  std::lock_guard guard{mutex};
  auto& name = names[&type];
  if (name.empty()) {
    int status = 0;
    std::unique_ptr<char, decltype(&std::free)> raw{
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free};
    name = status == 0 ? raw.get() : type.name();
    if (const auto colon = name.rfind("::"); colon != std::string::npos)
      name.erase(0, colon + 2);
  }
  return name;
}

std::string_view handler_name(const caf::mailbox_element& x) {
  if (x.mid.is_response())
    return "reply";
  const auto& content = x.content();
  if (content.size() == 0)
    return "empty";
  const auto type = content.type(0);
  if (type.second != nullptr)
    return type_name(*type.second);
  return "system message";
}

} // namespace

caf::error make_error(failure code, std::string why) {
  return {static_cast<std::uint8_t>(code), category,
          why.empty() ? caf::message{} : caf::make_message(std::move(why))};
}

bool is(const caf::error& reason, failure code) {
  return reason && reason.category() == category && reason.code() == static_cast<std::uint8_t>(code);
}

std::string to_string(failure x) {
  switch (x) {
    case failure::hung:
      return "hung in a handler";
    case failure::restart_limit:
      return "failed too often";
    case failure::drilled:
      return "ordered by a drill";
    case failure::refused:
      return "refused by its receiver";
  }
  return "?";
}

std::string describe(const caf::error& reason) {
  if (!reason)
    return "ended";
  const auto& context = reason.context();
  const bool has_words = context.match_elements<std::string>();
  if (reason.category() == category) {
    auto result = to_string(static_cast<failure>(reason.code()));
    return has_words ? result + ": " + context.get_as<std::string>(0) : result;
  }
  if (has_words)
    return context.get_as<std::string>(0);
  if (reason.category() == caf::atom("exit"))
    return "ordered to exit (" + caf::to_string(static_cast<caf::exit_reason>(reason.code())) + ")";
  if (reason.category() == caf::atom("system"))
    return caf::to_string(static_cast<caf::sec>(reason.code()));
  return "error " + std::to_string(reason.code()) + " of " + caf::to_string(reason.category());
}

caf::error failure_of(std::exception_ptr& problem) {
  try {
    std::rethrow_exception(problem);
  } catch (const std::exception& e) {
    return caf::make_error(caf::sec::runtime_error, std::string{e.what()});
  } catch (...) {
    return caf::make_error(caf::sec::runtime_error, std::string{"an unknown exception"});
  }
}

void add_errors(caf::actor_system_config& cfg) {
  cfg.add_error_category(category, [](std::uint8_t code, caf::atom_value, const caf::message& context) {
    auto result = to_string(static_cast<failure>(code));
    if (context.match_elements<std::string>())
      result += ": " + context.get_as<std::string>(0);
    return result;
  });
}

void actor_meter::attach(const actor_slot_ref& slot) {
  place_ = slot;
  auto* s = slot.slot;
  if (s == nullptr)
    return;
  auto before = s->generation.load();
  auto own = slot.incarnation;
  do {
    if (slot.incarnation == 0)
      own = before + 1;
    if (before >= own)
      throw std::runtime_error("left behind before it had begun; its successor is at work");
  } while (!s->generation.compare_exchange_weak(before, own));
  s->handler_since_ns.store(0, std::memory_order_relaxed);
  s->degraded.write("");
  s->note.write("");
  s->shortfall.write("");
  if (place_.supplement != nullptr) {
    place_.supplement->shortfall_command.write("");
    place_.supplement->degraded_setting.write("");
  }
  s->stalls.store(0, std::memory_order_relaxed);
  // What the mailbox of the incarnation before held is gone with it; its senders send it again.
  s->enqueued.store(s->handled.load());
  generation_.store(own);
  slot_.store(s, std::memory_order_release);
}

health_slot* actor_meter::slot() const {
  auto* s = slot_.load(std::memory_order_acquire);
  return s != nullptr && s->generation.load(std::memory_order_relaxed) == generation_.load() ? s
                                                                                             : nullptr;
}

slot_supplement* actor_meter::supplement() const {
  return slot() != nullptr ? place_.supplement : nullptr;
}

void actor_meter::degraded(std::string_view why, std::string_view key) {
  if (auto* x = supplement())
    x->degraded_setting.write(key);
  if (auto* s = slot())
    s->degraded.write(why);
  if (why == degraded_)
    return;
  degraded_ = why;
  if (const auto supervisor = place_.supervisor.lock())
    caf::anon_send(caf::actor_cast<degradation_sink_actor>(supervisor),
                   degradation{place_.child, place_.incarnation, degraded_});
}

void actor_meter::enqueued() {
  auto* s = slot();
  if (s == nullptr)
    return;
  const auto number = s->enqueued.fetch_add(1, std::memory_order_relaxed);
  s->arrivals_ns[number % health_slot::remembered_arrivals].store(actor_now_ns(),
                                                                  std::memory_order_relaxed);
}

void actor_meter::begin(const caf::mailbox_element& x) {
  auto* s = slot();
  if (s == nullptr)
    return;
  // Mail that came before the slot was attached is not counted yet; here at the latest it shows.
  if (const auto handled = s->handled.load(std::memory_order_relaxed);
      s->enqueued.load(std::memory_order_relaxed) <= handled)
    s->enqueued.store(handled + 1, std::memory_order_relaxed);
  since_ns_ = actor_now_ns();
  times_ = recent_thread_times(since_ns_);
  s->handler.write(handler_name(x));
  s->handler_thread.store(own_thread_id(), std::memory_order_relaxed);
  s->handler_since_ns.store(since_ns_, std::memory_order_release);
}

/// Keeps of the longest handler where its time went: the kernel counts of its thread how long it
/// ran and was ready to.
void actor_meter::note_slow(health_slot& s, std::chrono::nanoseconds took) const {
  auto& slow = s.slow;
  slow.count.fetch_add(1, std::memory_order_relaxed);
  if (took.count() <= slow.took_ns.load(std::memory_order_relaxed))
    return;
  const auto now = times_ ? own_thread_times() : std::nullopt;
  slow.took_ns.store(took.count(), std::memory_order_relaxed);
  // The times of the begin may be a little older than that, so what they count may be more than there was.
  const auto ran = now ? std::min(now->ran - times_->ran, took) : std::chrono::nanoseconds{-1};
  const auto ready = now ? std::min(now->ready - times_->ready, took - ran) : std::chrono::nanoseconds{-1};
  slow.ran_ns.store(ran.count(), std::memory_order_relaxed);
  slow.ready_ns.store(ready.count(), std::memory_order_relaxed);
  slow.handler.write(s.handler.as_it_is());
}

void actor_meter::end() {
  auto* s = slot();
  if (s == nullptr || since_ns_ == 0)
    return;
  const std::chrono::nanoseconds took{actor_now_ns() - since_ns_};
  s->times.count(took);
  if (took >= slow_handlers::least)
    note_slow(*s, took);
  since_ns_ = 0;
  s->handler_since_ns.store(0, std::memory_order_release);
  s->handled.fetch_add(1, std::memory_order_relaxed);
}

} // namespace pmactor
