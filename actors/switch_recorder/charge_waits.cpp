#include "actors/switch_recorder/charge_waits.hpp"

#include "actors/switch_recorder/choose_recording.hpp"
#include "actors/switch_recorder/share_disk.hpp"
#include "messages/time.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// A stretch in which a thread was off every CPU.
struct off_cpu {
  nanoseconds left{}, came{};
  std::uint32_t left_cpu = 0, came_cpu = 0;
  bool was_ready = false;
};

/// @returns whether some of it is known by samples alone, which may have missed a thread that was on a CPU for a moment.
bool is_sampled(const switch_log& log, nanoseconds from, nanoseconds to) {
  return std::any_of(log.cpus.begin(), log.cpus.end(), [from, to](const cpu_log& cpu) {
    return std::any_of(cpu.sampled.begin(), cpu.sampled.end(),
                       [from, to](const sampled_span& x) { return x.began < to && x.ended > from; });
  });
}

/// @returns the absences of a thread that reach into the window, the oldest first.
std::vector<off_cpu> absences_of(const switch_log& log, std::int32_t thread, nanoseconds from, nanoseconds to) {
  if (is_sampled(log, from, to))
    return {};
  std::vector<std::pair<const task_stretch*, std::uint32_t>> runs;
  for (const auto& cpu : log.cpus)
    for (const auto& x : cpu.stretches)
      if (x.tid == thread)
        runs.emplace_back(&x, cpu.number);
  std::sort(runs.begin(), runs.end(),
            [](const auto& a, const auto& b) { return a.first->began < b.first->began; });
  std::vector<off_cpu> result;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    const auto& [left, left_cpu] = runs[i - 1];
    const auto& [came, came_cpu] = runs[i];
    if (came->began > from && left->ended < to)
      result.push_back({left->ended, came->began, left_cpu, came_cpu, left->left_ready});
  }
  return result;
}

} // namespace

std::vector<cpu_wait> find_waits(const switch_log& log, std::int32_t thread, nanoseconds from, nanoseconds to,
                                 nanoseconds waited) {
  const auto absences = thread > 0 ? absences_of(log, thread, from, to) : std::vector<off_cpu>{};
  if (absences.empty()) {
    if (waited <= nanoseconds{})
      return {};
    return {{std::max(from, to - waited), to, std::nullopt}};
  }
  const auto cpu_of = [](const off_cpu& x) {
    return x.left_cpu == x.came_cpu ? std::optional{x.came_cpu} : std::nullopt;
  };
  std::vector<cpu_wait> result;
  // Preempted, it was ready all along: that is certain and goes first.
  for (const auto& x : absences)
    if (x.was_ready) {
      const cpu_wait wait{std::max(x.left, from), std::min(x.came, to), cpu_of(x)};
      if (wait.ended <= wait.began)
        continue;
      result.push_back(wait);
      waited -= wait.ended - wait.began;
    }
  // The rest of its waiting was at the end of absences in which it slept at first, the longest before all others.
  auto slept = absences;
  std::erase_if(slept, [](const off_cpu& x) { return x.was_ready; });
  std::sort(slept.begin(), slept.end(),
            [](const off_cpu& a, const off_cpu& b) { return a.came - a.left > b.came - b.left; });
  for (const auto& x : slept) {
    if (waited <= nanoseconds{})
      break;
    const auto ended = std::min(x.came, to);
    const auto length = std::min(waited, ended - std::max(x.left, from));
    if (length <= nanoseconds{})
      continue;
    result.push_back({ended - length, ended, cpu_of(x)});
    waited -= length;
  }
  std::sort(result.begin(), result.end(), [](const cpu_wait& a, const cpu_wait& b) { return a.began < b.began; });
  return result;
}

void charge_book::charge(std::int32_t pid, nanoseconds held, double bytes, const switch_log& log) {
  held_ += held;
  const auto known = log.processes.find(pid);
  const auto found = processes_.find(pid);
  if (found == processes_.end() && (processes_.size() >= most_processes || known == log.processes.end())) {
    others_ += held;
    return;
  }
  auto& x = processes_[pid];
  x.held += held;
  x.bytes += bytes;
  if (known != log.processes.end() && (x.is.name.empty() || !known->second.has_ended))
    x.is = known->second;
}

void charge_book::add(const cpu_wait& wait, const switch_log& log) {
  const auto length = wait.ended - wait.began;
  if (length <= nanoseconds{})
    return;
  std::vector<const cpu_log*> cpus;
  for (const auto& cpu : log.cpus)
    if (!wait.cpu || cpu.number == *wait.cpu)
      cpus.push_back(&cpu);
  waited_ += length;
  if (cpus.empty()) {
    uncovered_ += length;
    return;
  }
  const auto share = static_cast<std::int64_t>(cpus.size());
  for (const auto* cpu : cpus) {
    const auto before = std::clamp(cpu->covers_from - wait.began, nanoseconds{}, length) / share;
    uncovered_ += before;
    covers_end_ = covers_end_ && (before <= nanoseconds{} || waited_ == length);
    for (const auto& x : cpu->holes)
      if (const auto hole = std::min(x.ended, wait.ended) - std::max(x.began, wait.began);
          hole > nanoseconds{}) {
        uncovered_ += hole / share;
        covers_end_ = false;
      }
    for (const auto& x : cpu->sampled)
      sampled_ += std::max(nanoseconds{}, std::min(x.ended, wait.ended) - std::max(x.began, wait.began)) / share;
    const auto first = std::partition_point(cpu->stretches.begin(), cpu->stretches.end(),
                                            [&wait](const task_stretch& x) { return x.ended <= wait.began; });
    for (auto i = first; i != cpu->stretches.end() && i->began < wait.ended; ++i) {
      const auto known = log.processes.find(i->pid);
      if (known != log.processes.end() && known->second.is_ours)
        continue; // no harm that others did
      charge(i->pid, (std::min(i->ended, wait.ended) - std::max(i->began, wait.began)) / share, 0, log);
    }
  }
}

void charge_book::add(const std::vector<cpu_wait>& waits, const switch_log& log) {
  for (const auto& x : waits)
    add(x, log);
  note_gaps(log);
}

void charge_book::add(const disk_log& disk, nanoseconds since, nanoseconds until, const switch_log& log) {
  if (until <= since)
    return;
  waited_ += until - since;
  const auto before = std::clamp(disk.covers_from - since, nanoseconds{}, until - since);
  covers_end_ = covers_end_ && (before <= nanoseconds{} || waited_ == until - since);
  uncovered_ += before;
  const auto shares = share_disk(disk, since, until);
  stood_still_ += shares.stood_still;
  for (const auto& [pid, x] : shares.by_process) {
    const auto known = log.processes.find(pid);
    if (pid < 0)
      uncovered_ += x.held;
    else if (known != log.processes.end() && known->second.is_kernel_thread)
      for_others_ += x.held;
    else if ((known == log.processes.end() || !known->second.is_ours) && x.held > nanoseconds{})
      charge(pid, x.held, x.bytes, log);
  }
  note_gaps(log);
}

void charge_book::note_gaps(const switch_log& log) {
  lost_ += log.lost;
  for (const auto& x : log.remarks)
    if (std::find(remarks_.begin(), remarks_.end(), x) == remarks_.end())
      remarks_.push_back(x);
}

std::string kernel_thread_name(const std::string& name) {
  if (name.compare(0, 8, "kworker/") != 0)
    return name.substr(0, name.find('/')); // ksoftirqd/3
  const auto mark = name.find_first_of("+-", 8);
  return mark == std::string::npos ? "kworker" : "kworker (" + name.substr(mark + 1) + ')';
}

blame_facts charge_book::sum_up(nanoseconds harm) const {
  using group_key = std::tuple<bool, std::string, std::string, std::string>;
  struct group {
    std::vector<std::pair<std::int32_t, const entry*>> members;
    bool has_ended = false;
  };
  std::map<group_key, group> groups;
  for (const auto& [pid, x] : processes_) {
    const auto name = x.is.is_kernel_thread ? kernel_thread_name(x.is.name) : x.is.name;
    auto& to = groups[{x.is.is_kernel_thread, name, x.is.parent, x.is.unit}];
    to.members.emplace_back(pid, &x);
    to.has_ended = to.has_ended || x.is.has_ended;
  }
  // What was charged may differ a little from what the kernel counted: both are scaled to the latter.
  const auto scale = waited_ > nanoseconds{} ? to_seconds(harm) / to_seconds(waited_) : 0;
  const auto scaled = [scale](nanoseconds x) {
    return nanoseconds{std::llround(static_cast<double>(x.count()) * scale)};
  };
  std::vector<doer> all;
  for (const auto& [key, x] : groups) {
    const auto& [is_kernel, name, parent, unit] = key;
    doer line;
    line.kind = is_kernel ? doer_kind::kernel_thread : doer_kind::process;
    line.name = name;
    line.parent = parent;
    line.unit = unit;
    const bool as_one = x.members.size() > 1 && (is_kernel || x.has_ended || x.members.size() >= many);
    if (as_one)
      line.processes = static_cast<std::uint32_t>(x.members.size());
    for (const auto& [pid, one] : x.members) {
      if (!as_one) {
        line.pid = pid;
        line.start_time = one->is.start_time;
        line.held = {};
        line.bytes.reset();
      }
      line.held += scaled(one->held);
      if (one->bytes > 0)
        line.bytes = line.bytes.value_or(0) + one->bytes;
      if (!as_one)
        all.push_back(line);
    }
    if (as_one)
      all.push_back(line);
  }
  std::stable_sort(all.begin(), all.end(), [](const doer& a, const doer& b) { return a.held > b.held; });
  blame_facts result;
  result.source = is_sampled() ? blame_source::sampled : blame_source::recorded;
  result.harm = harm;
  result.others = scaled(others_);
  nanoseconds sum = result.others;
  for (auto& x : all) {
    // Rounding must not make it more than there is.
    x.held = std::min(x.held, std::max(nanoseconds{}, harm - sum));
    sum += x.held;
    if (result.doers.size() < most_doers && x.held > nanoseconds{}) {
      result.doers.push_back(std::move(x));
    } else {
      result.others += x.held;
      result.other_processes += x.processes;
    }
  }
  result.others = std::min(result.others, harm);
  const auto rest = std::max(nanoseconds{}, harm - sum);
  // Of what was not even waited for by the record nothing is known at all.
  result.unknown = waited_ > nanoseconds{} ? std::min(rest, scaled(uncovered_ + for_others_)) : rest;
  result.uncharged = rest - result.unknown;
  if (uncovered_ * 50 > waited_)
    result.remarks.push_back(std::string{"the record covers "} + (covers_end_ ? "the last " : "")
                             + spelled(waited_ - uncovered_) + " of " + spelled(waited_));
  if (is_sampled())
    result.remarks.push_back("for " + spelled(sampled_) + " the CPUs were only sampled, "
                             + std::to_string(samples_a_second) + " times a second, as they switched very often");
  if (for_others_ * 50 > waited_)
    result.remarks.push_back("for " + spelled(for_others_)
                             + " the kernel's own writes were ahead; the programs behind them are not recorded");
  if (stood_still_ * 50 > waited_)
    result.remarks.push_back("for " + spelled(stood_still_) + " the disk completed nothing");
  if (lost_ > 0)
    result.remarks.push_back(grouped(lost_) + (lost_ == 1 ? " record was lost" : " records were lost"));
  result.remarks.insert(result.remarks.end(), remarks_.begin(), remarks_.end());
  return result;
}

} // namespace pmactor
