#include "actors/flight_recorder/rank_culprits_by_usage.hpp"

#include "messages/time.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

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

/// What speaks against the processes of one name, and how strongly: 1 is as much as the policy asks of one process.
struct charge {
  harm what{};
  fit fits = fit::none;
  double weight = 0;
  double amount = 0, read = 0;  ///< In the unit of the harm. Of traffic what was written, and what was read.
  std::string waits_in{};       ///< Of those that are blocked; empty if unknown, or not the same of all.
};

std::string amount(double bytes) {
  if (bytes >= 1e9)
    return printed("%.1f GB", bytes / 1e9);
  return printed(bytes < 10e6 ? "%.1f MB" : "%.0f MB", bytes / 1e6);
}

std::string words_of(const charge& x) {
  switch (x.what) {
    case harm::cpu:
      return "used " + printed("%.0f %%", x.amount) + " of a CPU";
    case harm::io:
      return x.amount >= x.read ? "wrote " + amount(x.amount) + "/s" : "read " + amount(x.read) + "/s";
    case harm::blocked:
      return x.waits_in.empty() ? "in D state" : "in D state, in " + x.waits_in;
    case harm::memory_gained:
      return "gained " + amount(x.amount) + " of memory";
    case harm::memory_held: // what several share is counted with each of them
      return "held " + printed("%.0f %%", std::min(1.0, x.amount) * 100) + " of the memory";
  }
  return {};
}

/// The charge that fits best leads, of two that fit alike the heavier.
void sort_charges(std::vector<charge>& charges) {
  std::stable_sort(charges.begin(), charges.end(), [](const charge& a, const charge& b) {
    return a.fits != b.fits ? a.fits > b.fits : a.weight > b.weight;
  });
}

double weight_of(const std::vector<charge>& charges, fit fits) {
  double result = 0;
  for (const auto& x : charges)
    result += x.fits == fits ? x.weight : 0;
  return result;
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

/// @returns what a process used before the event. One that was not among the busy until the window began had nothing to
/// do; if it is not known who was, as where a document between the two is missing, it did as much as in the window.
double usual_cpu(const process_sample& x, const process_sample* earlier, const event_view& seen) {
  if (earlier != nullptr)
    return earlier->cpu_pct.value_or(0);
  constexpr std::chrono::milliseconds least_hole{500}; // two readings never follow each other to the millisecond
  const auto since = seen.across->processes_seen - seen.across->processes_window;
  const bool is_known = seen.before != nullptr && since - seen.before->processes_seen < least_hole;
  return is_known ? 0 : x.cpu_pct.value_or(0);
}

/// @returns the bytes of memory that it holds; in a shortage without what it can give back, as far as that shows.
double memory_held(const process_sample& x, const event_view& seen) {
  const auto* holder = seen.shortage != nullptr ? find_holder(*seen.shortage, x) : nullptr;
  return holder != nullptr ? holder->held() : x.mem_bytes.value_or(0);
}

/// @param earlier the same process in the sample before the pause; nullptr if it was not there, or
/// this is that sample.
std::vector<charge> charges(const process_sample& x, const process_sample* earlier, bool is_meanwhile,
                            double total_memory, const pause_event& event, const event_view& seen,
                            const culprit_policy& policy) {
  const bool disks_stood_still = seen.disk_rate && *seen.disk_rate < policy.least_disk_rate;
  std::vector<charge> result;
  const auto add = [&](harm what, double weight, double amount, double read_of_it = 0, std::string waits_in = {}) {
    // What is short of memory reads again what was evicted: that is its harm and not its doing.
    const bool is_read_again = seen.shortage != nullptr && read_of_it > amount;
    // Whether a CPU was held during the event is seen during it, once that is known.
    const bool is_void = (what == harm::io && (disks_stood_still || is_read_again))
                         || (what == harm::cpu && !is_meanwhile && seen.across != nullptr);
    result.push_back(
      {what, is_void ? fit::none : fit_of(what, event, seen), weight, amount, read_of_it, std::move(waits_in)});
  };
  auto cpu = x.cpu_pct.value_or(0);
  if (is_meanwhile)
    cpu = cpu_during(cpu, usual_cpu(x, earlier, seen), *seen.across, event);
  if (cpu >= policy.least_cpu_pct)
    add(harm::cpu, cpu / policy.least_cpu_pct, cpu);
  const auto written = x.io_write.value_or(0);
  const auto read = x.io_read.value_or(0);
  if (written + read >= policy.least_io_rate)
    add(harm::io, (written + read) / policy.least_io_rate, written, read);
  if (x.state == 'D')
    add(harm::blocked, 2, 1, 0, x.waits_in);
  if (total_memory > 0) {
    const auto held = memory_held(x, seen);
    if (is_meanwhile || seen.shortage != nullptr) {
      const auto gained = memory_gained(x, seen);
      // Where much was gained in all, a trifle of it is no reason.
      const auto least = seen.shortage != nullptr ? policy.least_blame * seen.shortage->gained() : 0;
      if (gained > 0 && gained >= std::max(policy.least_memory_growth * total_memory, least))
        add(harm::memory_gained, gained / total_memory / policy.least_memory_growth, gained);
    }
    if (const auto share = held / total_memory; share >= policy.least_memory_share)
      add(harm::memory_held, share / policy.least_memory_share, share);
  }
  sort_charges(result);
  return result;
}

/// The processes of one name in a sample, of which each did enough to be suspected.
struct alike_processes {
  culprit first; ///< Without a reason.
  std::uint32_t count = 0;
  std::vector<charge> charges; ///< The sums.
  bool is_known = false;
  std::int64_t heaviest = 0; ///< The pid of the one that weighs most.
  double most = 0;           ///< Its weight.

  void add(const std::vector<charge>& more, const process_sample& process) {
    ++count;
    is_known = is_known || process.is_suspect;
    if (const auto weight = weight_of(more, fit::right) + weight_of(more, fit::aside); weight > most) {
      most = weight;
      heaviest = process.pid;
    }
    for (const auto& x : more) {
      const auto same = std::find_if(charges.begin(), charges.end(),
                                     [&x](const charge& y) { return y.what == x.what; });
      if (same == charges.end()) {
        charges.push_back(x);
        continue;
      }
      same->amount += x.amount;
      same->read += x.read;
      if (x.what == harm::blocked) { // that many wait makes none of them more of a culprit
        if (same->waits_in != x.waits_in)
          same->waits_in.clear();
      } else {
        same->weight += x.weight;
      }
    }
    sort_charges(charges);
  }
};

/// What those of a name did together; of several also how many they are, in front, as only that may be shown, and which
/// did more than the others together.
std::string reason_of(const alike_processes& x, bool is_meanwhile) {
  std::string result;
  for (const auto& charge : x.charges)
    result += (result.empty() ? "" : ", ") + words_of(charge);
  result += is_meanwhile ? " meanwhile" : "";
  if (x.count == 1)
    return result;
  const auto all = weight_of(x.charges, fit::right) + weight_of(x.charges, fit::aside);
  return std::to_string(x.count) + " processes " + result
         + (2 * x.most > all ? ", mostly process " + std::to_string(x.heaviest) : std::string{});
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
    std::find_if(sample->processes.begin(), sample->processes.end(),
                 [&](const process_sample& y) { return is_same_process(x, y); });
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

/// Processes of one name are one suspect: what a build or a pool of workers does, they do together. One that has changed
/// its name is still the same.
bool are_alike(const culprit& a, const culprit& b) {
  return (!a.name.empty() && a.name == b.name) || (a.pid > 0 && is_same_process(a, b));
}

/// @returns those of a sample that are suspected.
std::vector<alike_processes> find_suspects(const scored_sample& sample, double total_memory, const pause_event& event,
                                           const event_view& seen, const culprit_policy& policy) {
  const bool is_meanwhile = &sample == seen.across;
  std::vector<alike_processes> result;
  for (const auto& process : sample.processes) {
    const bool has_ended = is_of_ended(process);
    if (has_ended && !(is_meanwhile && are_ended_suspected(process, seen, event)))
      continue;
    const auto* earlier = is_meanwhile ? find_process(seen.before, process) : nullptr;
    const auto found = charges(process, earlier, is_meanwhile, total_memory, event, seen, policy);
    if (found.empty() || found.front().fits == fit::none)
      continue;
    const auto identity = has_ended ? culprit{0, std::nullopt, "processes that have ended", {}}
                                    : culprit{process.pid, process.start_time, process.name, {}};
    auto to = std::find_if(result.begin(), result.end(),
                           [&identity](const alike_processes& x) { return are_alike(x.first, identity); });
    if (to == result.end()) {
      result.emplace_back().first = identity;
      to = std::prev(result.end());
    }
    to->add(found, process);
  }
  return result;
}

/// Adds those of a sample; of those that are suspected already the heavier reasons stay.
void suspect(const scored_sample& sample, double total_memory, const pause_event& event,
             const event_view& seen, const culprit_policy& policy, std::vector<suspicion>& ranked) {
  for (const auto& found : find_suspects(sample, total_memory, event, seen, policy)) {
    const auto right = weight_of(found.charges, fit::right), aside = weight_of(found.charges, fit::aside);
    suspicion x{{in_half_octaves(right), in_half_octaves(aside)}, found.is_known, right + aside, found.first};
    x.process.reason = reason_of(found, &sample == seen.across);
    if (found.count > 1) {
      x.process.pid = 0;
      x.process.start_time.reset();
    }
    const auto known = std::find_if(ranked.begin(), ranked.end(),
                                    [&x](const suspicion& y) { return are_alike(y.process, x.process); });
    if (known == ranked.end())
      ranked.push_back(std::move(x));
    else if (x.outweighs(*known) || x.weights == known->weights)
      *known = std::move(x); // what was done meanwhile speaks louder than what was done before
  }
}

} // namespace

// A file system does not answer because it is frozen, or because of its server: a disk that is overloaded is a stall of
// the disk.
bool is_beyond_processes(const pause_event& event) {
  return (event.stall && event.stall->resource == stall_resource::mount) || !may_be_by_processes(event.cause);
}

double cpu_meanwhile(const process_sample& x, const event_view& seen, const pause_event& event) {
  return cpu_during(x.cpu_pct.value_or(0), usual_cpu(x, find_process(seen.before, x), seen), *seen.across, event);
}

double memory_gained(const process_sample& x, const event_view& seen) {
  if (seen.shortage != nullptr) {
    const auto* holder = find_holder(*seen.shortage, x);
    return holder != nullptr ? holder->gained.value_or(0) : 0;
  }
  const auto* earlier = find_process(seen.before, x);
  if (earlier == nullptr || !earlier->mem_bytes || !x.mem_bytes)
    return 0;
  return std::max(0.0, *x.mem_bytes - *earlier->mem_bytes);
}

std::vector<process_sample> holders_as_processes(const memory_shortage& shortage) {
  std::vector<process_sample> result;
  for (const auto& x : shortage.holders) {
    auto& to = result.emplace_back();
    to.pid = x.pid;
    to.start_time = x.start_time;
    to.name = x.name;
    to.mem_bytes = x.held();
  }
  return result;
}

std::vector<culprit> rank_culprits_by_usage(const pause_event& event, const event_view& seen,
                                            const culprit_policy& policy) {
  if (is_beyond_processes(event))
    return {};
  double memory = seen.shortage != nullptr ? seen.shortage->total : 0;
  for (const auto* sample : {seen.before, seen.across})
    if (sample != nullptr)
      memory = sample->system.mem_total.value_or(memory);
  std::vector<suspicion> ranked;
  scored_sample holders; // who made memory scarce may be in none of the samples around
  if (seen.shortage != nullptr)
    holders.processes = holders_as_processes(*seen.shortage);
  const auto* const in_shortage = &holders;
  for (const auto* sample : {in_shortage, seen.before, seen.at_begin, seen.across})
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
