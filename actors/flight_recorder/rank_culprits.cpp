#include "actors/flight_recorder/rank_culprits.hpp"

#include "messages/time.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace pmactor {
namespace {

enum class harm : std::uint8_t { cpu, io, blocked, memory_held, memory_gained };

/// How well a kind of harm explains a pause of a cause.
enum class fit : std::uint8_t { none, aside, right };

/// Of what critical stress a kind of harm can have been the last straw.
fit fit_of(harm what, stress_part rose) {
  switch (rose) {
    case stress_part::disk: // who waits for the disk is its victim
      return what == harm::io ? fit::right : fit::none;
    case stress_part::memory:
      return what == harm::memory_gained || what == harm::memory_held ? fit::right : fit::none;
    case stress_part::load: // which counts those that run and those that wait for a device
      return what == harm::cpu ? fit::right : what == harm::blocked ? fit::aside : fit::none;
    case stress_part::thermal:
      return what == harm::cpu ? fit::right : fit::none;
  }
  return fit::none;
}

fit fit_of(harm what, const pause_event& event, const event_view& seen) {
  if (what == harm::blocked && event.stall)
    return fit::none; // it is held up itself, and is listed as such
  if (event.kind == event_kind::critical && seen.rose)
    return fit_of(what, *seen.rose);
  switch (event.cause) {
    case pause_cause::cpu_wait:
    case pause_cause::kernel:
      return what == harm::cpu ? fit::right : fit::none;
    case pause_cause::io:
      return what == harm::io ? fit::right : what == harm::blocked ? fit::aside : fit::none;
    case pause_cause::memory:
      return what == harm::memory_gained || what == harm::memory_held ? fit::right
             : what == harm::io || what == harm::blocked              ? fit::aside
                                                                      : fit::none;
    case pause_cause::unexplained: // it may have been any of these; holding memory alone harms none
      return what == harm::memory_held ? fit::none : fit::aside;
    default:
      return fit::none;
  }
}

/// What speaks against a process, and how strongly: 1 is as much as the policy asks for.
struct charge {
  fit fits = fit::none;
  double weight = 0;
  std::string reason;
};

std::string amount(double bytes) {
  if (bytes >= 1e9)
    return printed("%.1f GB", bytes / 1e9);
  return printed(bytes < 10e6 ? "%.1f MB" : "%.0f MB", bytes / 1e6);
}

/// How much of a CPU a process used while the event was on. The window in which it was watched begins before that
/// and ends behind it: there it is taken to have done as much as usual, so that one that is merely busy did no more
/// during the event than before it.
/// @param usual of the process before the event.
double cpu_during(double cpu, double usual, const scored_sample& across, const pause_event& event) {
  const auto seen = across.processes_seen, since = seen - across.processes_window;
  const bool lasts = event.stall && !event.stall->is_over;
  const auto ended = lasts ? seen : std::min(seen, event.after.awake);
  const auto window = to_seconds(across.processes_window);
  const auto during = to_seconds(ended - std::max(since, event.before.awake));
  if (window <= 0 || during <= 0)
    return cpu;
  const auto used = std::max(0.0, cpu * window - usual * std::max(0.0, window - during)) / during;
  return across.system.cores > 0 ? std::min(used, 100.0 * across.system.cores) : used;
}

/// @returns what a process used before the event; if nothing of that time is known, as much as in the whole window.
double usual_cpu(const process_sample& x, const process_sample* earlier, const event_view& seen) {
  if (seen.before == nullptr)
    return x.cpu_pct.value_or(0);
  return earlier != nullptr ? earlier->cpu_pct.value_or(0) : 0;
}

/// @param earlier the same process in the sample before the pause; nullptr if it was not there, or
/// this is that sample.
std::vector<charge> charges(const process_sample& x, const process_sample* earlier, bool is_meanwhile,
                            double total_memory, const pause_event& event, const event_view& seen,
                            const culprit_policy& policy) {
  const bool disks_stood_still = seen.disk_rate && *seen.disk_rate < policy.least_disk_rate;
  std::vector<charge> result;
  const auto add = [&](harm what, double weight, std::string reason) {
    // Whether a CPU was held during the event is seen during it, once that is known.
    const bool is_void = (what == harm::io && disks_stood_still)
                         || (what == harm::cpu && !is_meanwhile && seen.across != nullptr);
    result.push_back({is_void ? fit::none : fit_of(what, event, seen), weight, std::move(reason)});
  };
  auto cpu = x.cpu_pct.value_or(0);
  if (is_meanwhile)
    cpu = cpu_during(cpu, usual_cpu(x, earlier, seen), *seen.across, event);
  if (cpu >= policy.least_cpu_pct)
    add(harm::cpu, cpu / policy.least_cpu_pct, "used " + printed("%.0f %%", cpu) + " of a CPU");
  const auto written = x.io_write.value_or(0);
  const auto read = x.io_read.value_or(0);
  if (written + read >= policy.least_io_rate)
    add(harm::io, (written + read) / policy.least_io_rate,
        written >= read ? "wrote " + amount(written) + "/s" : "read " + amount(read) + "/s");
  if (x.state == 'D')
    add(harm::blocked, 2, x.waits_in.empty() ? "in D state" : "in D state, in " + x.waits_in);
  if (total_memory > 0) {
    const auto held = x.mem_bytes.value_or(0);
    if (earlier != nullptr && earlier->mem_bytes && x.mem_bytes) {
      const auto gained = held - *earlier->mem_bytes;
      if (gained >= policy.least_memory_growth * total_memory)
        add(harm::memory_gained, gained / total_memory / policy.least_memory_growth,
            "gained " + amount(gained) + " of memory");
    }
    if (const auto share = held / total_memory; share >= policy.least_memory_share)
      add(harm::memory_held, share / policy.least_memory_share,
          "held " + printed("%.0f %%", share * 100) + " of the memory");
  }
  std::stable_sort(result.begin(), result.end(), [](const charge& a, const charge& b) {
    return a.fits != b.fits ? a.fits > b.fits : a.weight > b.weight;
  });
  return result;
}

struct suspicion {
  /// Of the reasons that fit best and of those beside them, in halves of an octave: two that did
  /// about as much are as likely, and only then does it count that one is known for such things by
  /// its name.
  std::array<int, 2> weights{};
  bool is_known = false;
  double exact = 0; ///< Of all reasons.
  culprit process;

  bool outweighs(const suspicion& other) const {
    if (weights != other.weights)
      return weights > other.weights;
    return is_known != other.is_known ? is_known : exact > other.exact;
  }
};

int in_half_octaves(double weight) {
  return weight > 0 ? static_cast<int>(std::lround(2 * std::log2(weight))) + 100 : 0;
}

const process_sample* find_process(const scored_sample* sample, const process_sample& x) {
  if (sample == nullptr)
    return nullptr;
  const auto found =
    std::find_if(sample->processes.begin(), sample->processes.end(), [&](const process_sample& y) {
      return y.pid == x.pid && y.start_time == x.start_time;
    });
  return found == sample->processes.end() ? nullptr : &*found;
}

/// All that have ended, as a sum.
bool is_of_ended(const process_sample& x) {
  return x.pid <= 0;
}

/// Whether those that have ended since are suspected. They are many, and in a busy machine they always did something.
/// So they must have held a CPU for half of the time and more than any that lives; and when in the window they moved
/// their bytes is not known, so that all of it must have been during the event.
bool are_ended_suspected(const process_sample& ended, const event_view& seen, const pause_event& event) {
  const auto& across = *seen.across;
  const auto used = [&](const process_sample& x) {
    return cpu_during(x.cpu_pct.value_or(0), usual_cpu(x, find_process(seen.before, x), seen), across, event);
  };
  double cpu = 0, traffic = 0;
  for (const auto& x : across.processes)
    if (!is_of_ended(x)) {
      cpu = std::max(cpu, used(x));
      traffic += x.io_read.value_or(0) + x.io_write.value_or(0);
    }
  switch (event.cause) {
    case pause_cause::cpu_wait:
    case pause_cause::kernel:
      return used(ended) > std::max(cpu, 50.0);
    case pause_cause::io: {
      const bool is_over = !event.stall || event.stall->is_over;
      const bool all_during = across.processes_seen - across.processes_window >= event.before.awake
                              && (!is_over || across.processes_seen <= event.after.awake);
      return all_during && ended.io_read.value_or(0) + ended.io_write.value_or(0) > traffic;
    }
    default:
      return false;
  }
}

/// Adds those of a sample; of one that is suspected already the heavier reasons stay.
void suspect(const scored_sample& sample, double total_memory, const pause_event& event,
             const event_view& seen, const culprit_policy& policy, std::vector<suspicion>& ranked) {
  const bool is_meanwhile = &sample == seen.across;
  for (const auto& process : sample.processes) {
    const bool has_ended = is_of_ended(process);
    if (has_ended && !(is_meanwhile && are_ended_suspected(process, seen, event)))
      continue;
    const auto* earlier = is_meanwhile ? find_process(seen.before, process) : nullptr;
    const auto found = charges(process, earlier, is_meanwhile, total_memory, event, seen, policy);
    if (found.empty() || found.front().fits == fit::none)
      continue;
    suspicion x{{}, process.is_suspect, 0, {process.pid, process.start_time, process.name, {}}};
    if (has_ended)
      x.process = {0, std::nullopt, "processes that have ended", {}};
    double right = 0, aside = 0;
    for (const auto& charge : found) {
      (charge.fits == fit::right ? right : aside) += charge.fits == fit::none ? 0 : charge.weight;
      x.process.reason += (x.process.reason.empty() ? "" : ", ") + charge.reason;
    }
    x.weights = {in_half_octaves(right), in_half_octaves(aside)};
    x.exact = right + aside;
    x.process.reason += is_meanwhile ? " meanwhile" : "";
    const auto known = std::find_if(ranked.begin(), ranked.end(), [&](const suspicion& y) {
      return y.process.pid == x.process.pid && y.process.start_time == x.process.start_time;
    });
    if (known == ranked.end())
      ranked.push_back(std::move(x));
    else if (x.outweighs(*known) || x.weights == known->weights)
      *known = std::move(x); // what was done meanwhile speaks louder than what was done before
  }
}

} // namespace

/// What no process of this machine brings about by what it uses: a signal, a group's own limit, a
/// device, the hypervisor, pmactor itself. A file system does not answer because it is frozen, or because of
/// its server: a disk that is overloaded is a stall of the disk.
bool is_beyond_processes(const pause_event& event) {
  if (event.stall && event.stall->resource == stall_resource::mount)
    return true;
  switch (event.cause) {
    case pause_cause::cpu_wait:
    case pause_cause::kernel:
    case pause_cause::io:
    case pause_cause::memory:
    case pause_cause::unexplained:
      return false;
    default:
      return true;
  }
}

double cpu_meanwhile(const process_sample& x, const event_view& seen, const pause_event& event) {
  return cpu_during(x.cpu_pct.value_or(0), usual_cpu(x, find_process(seen.before, x), seen), *seen.across, event);
}

double memory_gained(const process_sample& x, const event_view& seen) {
  const auto* earlier = find_process(seen.before, x);
  if (earlier == nullptr || !earlier->mem_bytes || !x.mem_bytes)
    return 0;
  return std::max(0.0, *x.mem_bytes - *earlier->mem_bytes);
}

std::vector<culprit> rank_culprits(const pause_event& event, const event_view& seen,
                                   const culprit_policy& policy) {
  if (is_beyond_processes(event))
    return {};
  double memory = 0;
  for (const auto* sample : {seen.before, seen.across})
    if (sample != nullptr)
      memory = sample->system.mem_total.value_or(memory);
  std::vector<suspicion> ranked;
  for (const auto* sample : {seen.before, seen.at_begin, seen.across})
    if (sample != nullptr)
      suspect(*sample, memory, event, seen, policy, ranked);
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const suspicion& a, const suspicion& b) { return a.outweighs(b); });
  std::vector<culprit> result;
  for (auto& x : ranked) {
    if (result.size() == policy.most)
      break;
    result.push_back(std::move(x.process));
  }
  return result;
}

} // namespace pmactor
