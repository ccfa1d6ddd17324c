#include "actors/flight_recorder/track_shortage.hpp"

#include "messages/time.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// Of all memory: below that programs are pressed, as the stress has it too.
constexpr double ample_share = 0.2;
/// Percent of a second in which some task waited for memory: a group that is at its own limit is
/// short of it as well.
constexpr double most_pressure = 10;
/// Of all memory: so much more than was available may have been gained, as what can be evicted is
/// only estimated.
constexpr double slack_share = 0.05;

bool is_pressed(const system_sample& x) {
  return x.psi_mem_some.value_or(0) >= most_pressure;
}

double gained_at(nanoseconds at, const std::vector<memory_holder>& holders) {
  double result = 0;
  for (const auto& x : holders)
    result += x.holds_at(at) ? x.gained.value_or(0) : 0;
  return result;
}

/// @returns when, from a moment on, most was held at one time of all that was gained.
nanoseconds fullest_moment(nanoseconds from, const std::vector<memory_holder>& holders) {
  auto result = from;
  auto most = gained_at(from, holders);
  for (const auto& x : holders) {
    const auto at = std::max(from, x.since); // the sum is at its highest when one has joined
    if (const auto sum = gained_at(at, holders); sum > most) {
      most = sum;
      result = at;
    }
  }
  return result;
}

} // namespace

bool is_memory_ample(const system_sample& x) {
  return x.mem_available && x.mem_total && *x.mem_available >= ample_share * *x.mem_total
         && !is_pressed(x);
}

double memory_shortage::gained() const {
  double result = 0;
  for (const auto& x : holders)
    result += x.gained.value_or(0);
  return std::min(result, total);
}

const memory_holder* find_holder(const memory_shortage& shortage, const process_sample& x) {
  const auto found = std::find_if(shortage.holders.begin(), shortage.holders.end(),
                                  [&x](const memory_holder& y) { return is_same_process(x, y); });
  return found == shortage.holders.end() ? nullptr : &*found;
}

void shortage_tracker::remember_sizes(const scored_sample& x) {
  sizes_at_ = x.system.at;
  sizes_window_ = x.processes_window;
  available_ = x.system.mem_available.value_or(0);
  swapped_ = x.system.swap_used.value_or(0);
  for (const auto& process : x.processes) {
    if (process.pid <= 0 || !process.mem_bytes)
      continue;
    const auto known =
      std::find_if(sizes_.begin(), sizes_.end(),
                   [&process](const earlier_size& y) { return is_same_process(process, y); });
    auto& to = known == sizes_.end() ? sizes_.emplace_back() : *known;
    to = {process.pid, process.start_time, *process.mem_bytes, x.system.at.awake};
  }
  // A process is listed for what it does, so one that was not for long may have grown long ago.
  const auto most_age = std::max<nanoseconds>(size_lasts, 2 * sizes_window_);
  std::erase_if(sizes_,
                [&](const earlier_size& y) { return sizes_at_->awake - y.seen > most_age; });
  if (sizes_.size() <= most_processes)
    return;
  // Those that have not run for the longest may have ended long ago.
  std::stable_sort(sizes_.begin(), sizes_.end(),
                   [](const earlier_size& a, const earlier_size& b) { return a.seen > b.seen; });
  sizes_.resize(most_processes);
}

/// @returns what a process had when memory was ample; nothing was had by one that has begun since.
/// Absent if it lived then and had not been listed for long. One that began in the window before
/// was not yet listed, as it had hardly run.
std::optional<double> shortage_tracker::size_before(const process_sample& x) const {
  const auto known = std::find_if(sizes_.begin(), sizes_.end(),
                                  [&x](const earlier_size& y) { return is_same_process(x, y); });
  if (known != sizes_.end())
    return known->bytes;
  if (sizes_at_ && x.start_time && *x.start_time > to_seconds(sizes_at_->wall - 2 * sizes_window_))
    return 0;
  return std::nullopt;
}

void shortage_tracker::add_holders(const scored_sample& x, memory_shortage& to) const {
  const auto now = x.system.at.awake;
  for (const auto& process : x.processes) {
    if (process.pid <= 0 || !process.mem_bytes)
      continue;
    const auto known =
      std::find_if(to.holders.begin(), to.holders.end(),
                   [&process](const memory_holder& y) { return is_same_process(process, y); });
    const auto bytes = *process.mem_bytes;
    const bool is_new = known == to.holders.end();
    auto& holder = is_new ? to.holders.emplace_back() : *known;
    if (is_new)
      holder = {process.pid, process.start_time, process.name, bytes, bytes, std::nullopt, now};
    holder.seen = now;
    holder.gone = nanoseconds::max();
    holder.name = process.name; // it may have begun another program
    holder.newest = bytes;
    holder.most = std::max(holder.most, bytes);
    holder.kept = std::min(holder.kept, bytes);
    if (const auto before = size_before(process))
      holder.gained = std::max(0.0, holder.most - *before);
  }
  find_gone(x, to);
  if (to.holders.size() <= most_processes)
    return;
  std::stable_sort(
    to.holders.begin(), to.holders.end(),
    [](const memory_holder& a, const memory_holder& b) { return a.held() > b.held(); });
  to.holders.resize(most_processes);
}

/// Decides who has ended: one that is not listed may as well be idle. All that live cannot have
/// gained more than is no longer available since memory was ample, and what was swapped out for
/// them. For one that lives there is room however much it gained, so that those that gained most
/// come first; but others may have let go of some memory, so that it must lack room for half of it.
///
/// What is resident may be pages of a file, which take no room. So one that ran before memory was
/// scarce takes the place of none by what it gains after that one was listed for the last time: it
/// may as well have mapped a file, and if one had ended, that would be available first. One that
/// has begun since may run in the place of one that has ended, as in a build.
void shortage_tracker::find_gone(const scored_sample& x, memory_shortage& to) const {
  const auto now = x.system.at.awake;
  const double missing = available_ - x.system.mem_available.value_or(0)
                         + x.system.swap_used.value_or(0) - swapped_ + slack_share * to.total;
  double newcomers = 0, older = 0;
  for (const auto& holder : to.holders)
    if (holder.seen == now)
      (holder.is_newcomer() ? newcomers : older) += holder.gained_now();
  std::vector<memory_holder*> unlisted;
  for (auto& holder : to.holders)
    if (holder.seen == now)
      holder.beside = older - (holder.is_newcomer() ? 0 : holder.gained_now());
    else if (holder.gone > now)
      unlisted.push_back(&holder);
  std::stable_sort(unlisted.begin(), unlisted.end(),
                   [](const memory_holder* a, const memory_holder* b) {
                     return a->gained.value_or(0) > b->gained.value_or(0);
                   });
  double idle = 0;
  for (auto* holder : unlisted) {
    auto room = missing - newcomers - std::min(older, holder->beside);
    if (room < 0) // more is resident than is missing, so that it is no measure of what takes room
      room = missing;
    if (const auto gained = holder->gained.value_or(0); gained <= 2 * (room - idle))
      idle += gained;
    else
      holder->gone = now;
  }
}

void shortage_tracker::add(const scored_sample& x) {
  if (!x.system.mem_available || !x.system.mem_total)
    return;
  const auto now = x.system.at.awake;
  const bool is_ample = is_memory_ample(x.system);
  // Processes are watched at a pace of their own: those of the sample before say nothing new.
  const bool has_news = x.processes_seen != last_seen_;
  last_seen_ = x.processes_seen;
  if (is_ample) {
    is_short_ = false;
    if (has_news && !x.processes.empty())
      remember_sizes(x);
    return;
  }
  if (!is_short_) {
    is_short_ = true;
    auto& fresh = shortages_.emplace_back();
    fresh.began = now;
    fresh.grew_since = sizes_at_ ? sizes_at_->awake : now;
    if (shortages_.size() > most_shortages)
      shortages_.pop_front();
  }
  auto& shortage = shortages_.back();
  shortage.seen_until = now;
  shortage.total = *x.system.mem_total;
  if (!has_news || x.processes.empty())
    return;
  // Where it is never ample, that moment counts at which there was most.
  const bool is_relieved = *x.system.mem_available >= available_ && !is_pressed(x.system);
  if (!sizes_at_ || is_relieved || now - sizes_at_->awake > look_back) {
    remember_sizes(x);
    shortage.grew_since = now;
    shortage.holders.clear();
  }
  add_holders(x, shortage);
}

void shortage_tracker::forget() {
  *this = {};
}

std::optional<memory_shortage> shortage_tracker::during(const pause_event& event) const {
  const bool lasts = event.stall && !event.stall->is_over;
  const memory_shortage* result = nullptr;
  auto most = nanoseconds::min();
  for (const auto& x : shortages_) {
    const auto ended = lasts ? std::max(x.seen_until, event.after.awake) : event.after.awake;
    // It began between two samples, and ended between two if it has.
    constexpr auto between = std::chrono::seconds{1};
    const bool is_open = is_short_ && &x == &shortages_.back();
    const auto until = is_open ? std::max(ended, x.seen_until) : x.seen_until + between;
    const auto shared = std::min(ended, until) - std::max(event.before.awake, x.began - between);
    if (shared > nanoseconds{} && shared >= most) {
      most = shared;
      result = &x;
    }
  }
  if (result == nullptr)
    return std::nullopt;
  auto found = *result;
  const auto fullest = fullest_moment(event.before.awake - aftermath, found.holders);
  std::erase_if(found.holders, [&](const memory_holder& x) { return !x.holds_at(fullest); });
  return found;
}

} // namespace pmactor
