#include "actors/witness_keeper/witness_page.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// A page that is garbage must not make a stretch of a year.
constexpr nanoseconds longest = std::chrono::hours{24 * 7};
constexpr nanoseconds longest_pace = std::chrono::seconds{2};
constexpr nanoseconds least_certain = std::chrono::seconds{10};
/// What was slow for longer before is a state, and leads up to nothing.
constexpr nanoseconds longest_lead = std::chrono::seconds{2};

std::optional<felt_stretch> stretch_of(const witness_slot& slot, std::size_t number, nanoseconds began,
                                       std::optional<nanoseconds> ended, nanoseconds uncertainty, nanoseconds now) {
  const auto resource = slot.resource.load(std::memory_order_relaxed);
  const auto sense = slot.sense.load(std::memory_order_relaxed);
  const auto last = ended.value_or(now);
  if (resource >= stall_resources || sense >= stall_senses || began <= nanoseconds{} || began > last
      || last > now || last - began > longest || uncertainty < nanoseconds{} || uncertainty > least_certain)
    return std::nullopt;
  felt_stretch result;
  result.resource = static_cast<stall_resource>(resource);
  result.name = slot.name.as_it_is(); // not written while the tenure lasts
  result.sense = static_cast<stall_sense>(sense);
  result.began = began;
  result.ended = ended;
  result.uncertainty = uncertainty;
  result.witness = static_cast<std::int64_t>(number);
  // The first process of the system listens for others, and hands over what it listens at.
  if (const auto server = slot.server.load(std::memory_order_relaxed); !ended && server > 1)
    result.server.emplace().pid = server;
  return result;
}

std::optional<standstill_word> standstill_of(const witness_page& page, nanoseconds now) {
  const auto& x = page.standstill;
  const standstill_word result{nanoseconds{x.at_ns.load(std::memory_order_relaxed)},
                               nanoseconds{x.length_ns.load(std::memory_order_relaxed)},
                               nanoseconds{x.uncertainty_ns.load(std::memory_order_relaxed)},
                               nanoseconds{x.within_ns.load(std::memory_order_relaxed)}};
  const auto is_sane = [](nanoseconds span, nanoseconds most) { return span >= nanoseconds{} && span <= most; };
  if (!is_sane(now - result.at, longest) || !is_sane(result.length, longest)
      || !is_sane(result.uncertainty, least_certain) || !is_sane(result.within, longest))
    return std::nullopt;
  return result;
}

/// @returns what led up to a stretch in which the CPUs were felt; absent if nothing did.
std::optional<stall_lead> lead_of(const felt_stretch& x, nanoseconds from) {
  if (x.resource != stall_resource::cpu || from <= nanoseconds{} || from >= x.began
      || x.began - from > longest_lead)
    return std::nullopt;
  return stall_lead{x.resource, from, x.began, x.uncertainty};
}

/// @returns as what the lateness of a witness counts; absent for a resource that none is of.
std::optional<late_part> part_of(std::uint32_t resource) {
  if (resource >= stall_resources)
    return std::nullopt;
  switch (static_cast<stall_resource>(resource)) {
    case stall_resource::memory:
      return late_part::memory;
    case stall_resource::disk:
      return late_part::disk;
    case stall_resource::mount:
      return late_part::mount;
    case stall_resource::cpu:
      return late_part::cpu;
    case stall_resource::desktop:
      return late_part::desktop;
    case stall_resource::program:
      return late_part::program;
    case stall_resource::task:
    case stall_resource::quota:
    case stall_resource::freezer:
      break;
  }
  return std::nullopt;
}

/// Adds how late those operations were that were done since *seen*. @returns how many are done in all.
std::uint64_t add_acts(lateness& to, const witness_slot& slot, std::uint64_t seen) {
  const auto done = slot.done.load(std::memory_order_acquire);
  const auto part = part_of(slot.resource.load(std::memory_order_relaxed));
  if (!part)
    return done;
  if (done < seen) // a child that was started again counts anew
    seen = 0;
  for (auto i = std::max(seen, done - std::min<std::uint64_t>(done, witness_slot::remembered_acts)); i < done; ++i) {
    const nanoseconds late{slot.late_ns[i % witness_slot::remembered_acts].load(std::memory_order_relaxed)};
    if (late >= -longest && late <= longest)
      to.note(late < nanoseconds{} ? late_part::cpu : *part, std::chrono::abs(late));
  }
  return done;
}

void lay_to_cpus(felt_stretch& x) {
  if (x.resource == stall_resource::cpu)
    return;
  x.resource = stall_resource::cpu;
  x.name.clear();
  x.server.reset();
  if (x.sense != stall_sense::spawn)
    x.sense = stall_sense::work;
}

} // namespace

bool is_held(char state) {
  return state == 'T' || state == 't';
}

void note_stretch(witness_slot& slot, nanoseconds began, nanoseconds ended, nanoseconds uncertainty,
                  bool by_run_queue, nanoseconds led_from) {
  const auto number = slot.noted.load(std::memory_order_relaxed);
  auto& to = slot.past[number % witness_slot::remembered];
  to.began_ns.store(began.count(), std::memory_order_relaxed);
  to.ended_ns.store(ended.count(), std::memory_order_relaxed);
  to.uncertainty_ns.store(uncertainty.count(), std::memory_order_relaxed);
  to.by_run_queue.store(by_run_queue, std::memory_order_relaxed);
  to.led_from_ns.store(led_from.count(), std::memory_order_relaxed);
  slot.noted.store(number + 1, std::memory_order_release);
}

void note_act(witness_slot& slot, nanoseconds late, bool by_run_queue) {
  const auto number = slot.done.load(std::memory_order_relaxed);
  const auto value = std::max(late, nanoseconds{}).count();
  slot.late_ns[number % witness_slot::remembered_acts].store(by_run_queue ? -value : value, std::memory_order_relaxed);
  slot.done.store(number + 1, std::memory_order_release);
}

void release_slot::operator()(witness_slot* x) const noexcept {
  x->since_ns.store(0, std::memory_order_relaxed);
  x->is_taken.store(0, std::memory_order_release);
}

owned_slot claim_slot(witness_page& page, stall_resource resource, std::string_view name, stall_sense sense) {
  const auto found = std::find_if(page.slots.begin(), page.slots.end(), [](const witness_slot& x) {
    return x.is_taken.load(std::memory_order_acquire) == 0;
  });
  if (found == page.slots.end())
    return nullptr;
  found->is_taken.store(1, std::memory_order_relaxed);
  const auto before = found->tenure.fetch_add(1, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  found->name.write(name);
  found->resource.store(static_cast<std::uint32_t>(resource), std::memory_order_relaxed);
  found->sense.store(static_cast<std::uint32_t>(sense), std::memory_order_relaxed);
  found->noted.store(0, std::memory_order_relaxed);
  found->done.store(0, std::memory_order_relaxed);
  found->thread.store(0, std::memory_order_relaxed);
  found->server.store(0, std::memory_order_relaxed);
  found->led_from_ns.store(0, std::memory_order_relaxed);
  found->tenure.store(before + 2, std::memory_order_release);
  return owned_slot{&*found};
}

witness_words read_witness_page(const witness_page& page, witness_cursor& cursor, nanoseconds now,
                                nanoseconds least, const thread_state& state_of) {
  witness_words result;
  result.is_alive = page.mark.load(std::memory_order_acquire) == witness_page::magic;
  if (!result.is_alive)
    return result;
  result.due = nanoseconds{page.due_ns.load(std::memory_order_relaxed)};
  result.pace = std::clamp(nanoseconds{page.pace_ns.load(std::memory_order_relaxed)}, nanoseconds{}, longest_pace);
  result.timer_thread = page.timer_thread.load(std::memory_order_relaxed);
  result.unwitnessed = page.unwitnessed.load(std::memory_order_relaxed);
  const auto standstills = page.standstill.noted.load(std::memory_order_acquire);
  if (standstills != std::exchange(cursor.standstills, standstills) && standstills > 0)
    result.standstill = standstill_of(page, now);
  // Only what is certain counts: of what was caught in flight for a moment, it is next to nothing.
  const auto certain_at = [&](const felt_stretch& x) {
    const bool is_start = x.sense == stall_sense::spawn && x.resource == stall_resource::cpu;
    return x.began + x.uncertainty + (is_start ? std::max(least, least_start_wait) : least);
  };
  const auto is_long = [&](const std::optional<felt_stretch>& x) {
    return x && x->ended.value_or(now) >= certain_at(*x);
  };
  const auto rise = [&](const felt_stretch& x) {
    const witness_words::rising_stretch one{x.began - x.uncertainty, certain_at(x)};
    auto& first = result.rising;
    first = first ? witness_words::rising_stretch{std::min(first->began, one.began),
                                                  std::min(first->certain, one.certain)}
                  : one;
  };
  for (std::size_t i = 0; i < page.slots.size(); ++i) {
    const auto& slot = page.slots[i];
    const auto tenure = slot.tenure.load(std::memory_order_acquire);
    if (tenure == 0 || tenure % 2 != 0)
      continue;
    const auto felt_before = result.felt.size(), leads_before = result.leads.size();
    const auto rising_before = result.rising;
    const auto late_before = result.late, in_hand_before = result.in_hand;
    const auto add = [&](felt_stretch&& x, nanoseconds led_from) {
      if (const auto lead = lead_of(x, led_from))
        result.leads.push_back(*lead);
      result.felt.push_back(std::move(x));
    };
    auto seen = cursor.of[i];
    if (tenure != seen.tenure)
      seen = {tenure, 0, 0};
    seen.done = add_acts(result.late, slot, seen.done);
    const auto noted = slot.noted.load(std::memory_order_acquire);
    if (noted < seen.noted) // a child that was started again counts anew
      seen.noted = 0;
    std::uint64_t missed = 0;
    if (noted - seen.noted > witness_slot::remembered) {
      missed = noted - seen.noted - witness_slot::remembered;
      seen.noted += missed;
    }
    for (; seen.noted < noted; ++seen.noted) {
      const auto& x = slot.past[seen.noted % witness_slot::remembered];
      auto felt = stretch_of(slot, i, nanoseconds{x.began_ns.load(std::memory_order_relaxed)},
                             nanoseconds{x.ended_ns.load(std::memory_order_relaxed)},
                             nanoseconds{x.uncertainty_ns.load(std::memory_order_relaxed)}, now);
      if (felt && x.by_run_queue.load(std::memory_order_relaxed))
        lay_to_cpus(*felt);
      if (!is_long(felt))
        continue;
      add(std::move(*felt), nanoseconds{x.led_from_ns.load(std::memory_order_relaxed)});
    }
    if (const nanoseconds since{slot.since_ns.load(std::memory_order_acquire)}; since > nanoseconds{}) {
      auto felt = stretch_of(slot, i, since, std::nullopt,
                             nanoseconds{slot.uncertainty_ns.load(std::memory_order_relaxed)}, now);
      const auto thread = slot.thread.load(std::memory_order_relaxed);
      const char state = is_long(felt) && thread > 0 ? state_of(thread) : '\0';
      if (state == 'R')
        lay_to_cpus(*felt);
      if (const auto part = felt ? part_of(static_cast<std::uint32_t>(felt->resource)) : std::nullopt;
          part && !is_held(state))
        result.in_hand.note(*part, now - felt->began - felt->uncertainty);
      if (is_long(felt) && !is_held(state))
        add(std::move(*felt), nanoseconds{slot.led_from_ns.load(std::memory_order_relaxed)});
      else if (felt && !is_long(felt))
        rise(*felt);
    }
    std::atomic_thread_fence(std::memory_order_acquire);
    if (slot.tenure.load(std::memory_order_relaxed) != tenure) { // read under the name of another
      result.felt.resize(felt_before);
      result.leads.resize(leads_before);
      result.rising = rising_before;
      result.late = late_before;
      result.in_hand = in_hand_before;
      continue;
    }
    cursor.of[i] = seen;
    result.missed += missed;
  }
  return result;
}

std::string to_string(const witness_words& x) {
  return "witness_words{" + std::to_string(x.felt.size()) + " felt, " + std::to_string(x.missed)
         + " missed}";
}

} // namespace pmactor
