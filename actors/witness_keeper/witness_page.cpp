#include "actors/witness_keeper/witness_page.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// A page that is garbage must not make a stretch of a year.
constexpr nanoseconds longest = std::chrono::hours{24 * 7};
constexpr nanoseconds least_certain = std::chrono::seconds{10};

std::optional<felt_stretch> stretch_of(const witness_slot& slot, nanoseconds began,
                                       std::optional<nanoseconds> ended, nanoseconds uncertainty,
                                       nanoseconds now) {
  const auto resource = slot.resource.load(std::memory_order_relaxed);
  const auto sense = slot.sense.load(std::memory_order_relaxed);
  const auto last = ended.value_or(now);
  if (resource >= stall_resources || sense >= stall_senses || began <= nanoseconds{} || began > last
      || last > now || last - began > longest || uncertainty < nanoseconds{} || uncertainty > least_certain)
    return std::nullopt;
  return felt_stretch{static_cast<stall_resource>(resource), slot.name.as_it_is(), // written once, before the slot is in use
                      static_cast<stall_sense>(sense), began, ended, uncertainty};
}

} // namespace

void note_stretch(witness_slot& slot, nanoseconds began, nanoseconds ended, nanoseconds uncertainty) {
  const auto number = slot.noted.load(std::memory_order_relaxed);
  auto& to = slot.past[number % witness_slot::remembered];
  to.began_ns.store(began.count(), std::memory_order_relaxed);
  to.ended_ns.store(ended.count(), std::memory_order_relaxed);
  to.uncertainty_ns.store(uncertainty.count(), std::memory_order_relaxed);
  slot.noted.store(number + 1, std::memory_order_release);
}

witness_slot* claim_slot(witness_page& page, stall_resource resource, std::string_view name,
                         stall_sense sense) {
  const auto used = page.slots_used.load(std::memory_order_relaxed);
  if (used >= witness_page::max_slots) {
    page.unwitnessed.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  auto& slot = page.slots[used];
  slot.name.write(name);
  slot.resource.store(static_cast<std::uint32_t>(resource), std::memory_order_relaxed);
  slot.sense.store(static_cast<std::uint32_t>(sense), std::memory_order_relaxed);
  slot.in_use.store(1, std::memory_order_release);
  page.slots_used.store(used + 1, std::memory_order_release);
  return &slot;
}

witness_words read_witness_page(const witness_page& page, witness_cursor& cursor, nanoseconds now,
                                nanoseconds least) {
  witness_words result;
  result.is_alive = page.mark.load(std::memory_order_acquire) == witness_page::magic;
  if (!result.is_alive)
    return result;
  result.due = nanoseconds{page.due_ns.load(std::memory_order_relaxed)};
  result.timer_thread = page.timer_thread.load(std::memory_order_relaxed);
  result.unwitnessed = page.unwitnessed.load(std::memory_order_relaxed);
  const auto used = std::min<std::size_t>(page.slots_used.load(std::memory_order_acquire),
                                          witness_page::max_slots);
  const auto keep = [&](const std::optional<felt_stretch>& x) {
    if (x && x->ended.value_or(now) - x->began >= least)
      result.felt.push_back(*x);
  };
  for (std::size_t i = 0; i < used; ++i) {
    const auto& slot = page.slots[i];
    if (slot.in_use.load(std::memory_order_acquire) == 0)
      continue;
    const auto noted = slot.noted.load(std::memory_order_acquire);
    auto& seen = cursor.noted[i];
    if (noted < seen) // a child that was started again counts anew
      seen = 0;
    if (noted - seen > witness_slot::remembered) {
      result.missed += noted - seen - witness_slot::remembered;
      seen = noted - witness_slot::remembered;
    }
    for (; seen < noted; ++seen) {
      const auto& x = slot.past[seen % witness_slot::remembered];
      keep(stretch_of(slot, nanoseconds{x.began_ns.load(std::memory_order_relaxed)},
                      nanoseconds{x.ended_ns.load(std::memory_order_relaxed)},
                      nanoseconds{x.uncertainty_ns.load(std::memory_order_relaxed)}, now));
    }
    if (const nanoseconds since{slot.since_ns.load(std::memory_order_acquire)}; since > nanoseconds{})
      keep(stretch_of(slot, since, std::nullopt,
                      nanoseconds{slot.uncertainty_ns.load(std::memory_order_relaxed)}, now));
  }
  return result;
}

std::string to_string(const witness_words& x) {
  return "witness_words{" + std::to_string(x.felt.size()) + " felt, " + std::to_string(x.missed)
         + " missed}";
}

} // namespace pmactor
