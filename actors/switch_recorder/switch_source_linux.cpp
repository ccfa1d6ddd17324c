#include "actors/host/kept_file_linux.hpp"
#include "actors/host/list_folder.hpp"
#include "actors/host/namespaces.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/perf_ring_linux.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/switch_recorder/choose_recording.hpp"
#include "actors/switch_recorder/compose_log.hpp"
#include "actors/switch_recorder/disk_rings_linux.hpp"
#include "actors/switch_recorder/explain_refusal_linux.hpp"
#include "actors/switch_recorder/identify_processes_linux.hpp"
#include "actors/switch_recorder/parse_cpu_list.hpp"
#include "actors/switch_recorder/switch_source.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t most_cpus = 1024, most_identified = 512;

std::vector<std::uint32_t> online_cpus() {
  std::array<char, 4096> room{};
  return parse_cpu_list(kept_file{"/sys/devices/system/cpu/online"}.read(room), most_cpus);
}

/// @returns whether the numbers of processes and the time that the kernel records are those that this process sees.
bool sees_as_the_kernel() {
  constexpr std::uint64_t first_of_pids = 0xEFFFFFFC, first_of_times = 0xEFFFFFFA; // PROC_PID_INIT_INO, PROC_TIME_INIT_INO
  const auto own = own_namespaces();
  return own.pid == first_of_pids && (own.time == 0 || own.time == first_of_times);
}

constexpr const char* switched_off = "it is switched off in the settings";
/// What else there would be: it costs too much to be recorded all the time (disk_rings_linux.hpp).
const recorder_refusal beyond_tier_2{"what woke a task; `trace-cmd record -e sched` does", "trace-cmd record -e sched"};

class host_switches : public switch_source {
public:
  explicit host_switches(const switch_recorder_policy& policy) : policy_{policy} {
    // It has to come to its turn where others hold the CPUs, and does little. Where it may not, it comes later.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), -10);
    state_.is_by_settings = !policy.enabled;
    if (!policy.enabled)
      state_.refused = switched_off;
    else if (!sees_as_the_kernel())
      state_.refused = "pmactor runs in a container whose processes or clocks have numbers of their own";
    else
      follow_cpus();
    settle();
  }

  switch_log take(nanoseconds since) override {
    switch_log result;
    result.taken = read_clocks().awake;
    recorded_names names;
    disks_.take({since, result.taken}, copy_, names, result); // first: their rings are the smaller ones
    for (const auto& [cpu, ring] : rings_) {
      const auto has_wrapped = ring.has_wrapped();
      const auto size = ring.copy(copy_for(ring.size()));
      const auto& x = result.cpus.emplace_back(
        compose_log(cpu, copy_.data(), size, {since, result.taken}, names, result.lost));
      if (has_wrapped)
        result.reach =
          std::min(result.reach.value_or(result.taken - x.oldest), result.taken - x.oldest);
    }
    std::vector<std::byte>{}.swap(copy_); // at rest it takes no memory
    result.beat_thread = find_beat();
    identify_processes(result, names, most_identified);
    if (state_.tier > 0) {
      result.remarks = follow_cpus();
      settle();
    }
    return result;
  }

  bool follow(const switch_rate& all) override {
    std::map<std::uint32_t, double> recorded;
    const auto now = read_clocks().awake;
    for (const auto& [cpu, ring] : rings_) {
      const ring_reading reading{ring.written(), now};
      const auto rate = switches_between(std::exchange(readings_[cpu], reading), reading);
      if (rate && !recordings_[cpu].is_sampled)
        recorded[cpu] = *rate;
    }
    const auto before = recordings_;
    choose_recording(recordings_, recorded, all, now);
    bool has_changed = false;
    for (auto& [cpu, x] : recordings_)
      if (x.is_sampled != before.at(cpu).is_sampled)
        has_changed = record_as(rings_.at(cpu), x) || has_changed;
    if (has_changed)
      settle();
    return has_changed;
  }

  recorder_state state() const override {
    return state_;
  }

private:
  std::byte* copy_for(std::size_t size) {
    if (copy_.size() < size)
      copy_.resize(size);
    return copy_.data();
  }

  /// @returns whether it does so now; else it goes on to record each switch, and *x* says so.
  static bool record_as(perf_ring& ring, cpu_recording& x) {
    if (!x.is_sampled) {
      ring.record_each();
      return true;
    }
    try {
      ring.sample(sample_period);
    } catch (const std::system_error&) { // too many files are open, say: dearer, and as good as before
      x = {};
    }
    return x.is_sampled;
  }

  /// Opens rings for CPUs that are new and drops those of CPUs that are gone. @returns what is to be said of that.
  std::vector<std::string> follow_cpus() {
    std::vector<std::string> result;
    const auto online = online_cpus();
    const bool is_first = rings_.empty();
    refuse({});
    state_.is_by_settings = false;
    for (auto i = rings_.begin(); i != rings_.end();) {
      const bool is_gone = std::find(online.begin(), online.end(), i->first) == online.end();
      if (!is_gone && i->second.is_recording()) {
        ++i;
        continue;
      }
      result.push_back("CPU " + std::to_string(i->first) + (is_gone ? " went offline" : " was offline for a while")
                       + ", and is not in the record since");
      recordings_.erase(i->first);
      readings_.erase(i->first);
      i = rings_.erase(i);
    }
    size_ = ring_size(policy_, std::max<std::size_t>(1, online.size()));
    for (const auto cpu : online)
      if (rings_.find(cpu) == rings_.end())
        try {
          rings_.emplace(cpu, open_ring(cpu));
          if (!is_first)
            result.push_back("CPU " + std::to_string(cpu) + " came online, and was not in the record");
        } catch (const std::system_error& e) {
          if (e.code().value() == ENODEV) // it went offline just now
            continue;
          refuse(explain_refusal(e));
          result.push_back("CPU " + std::to_string(cpu) + " is not recorded: " + e.what());
          break; // the others would be refused as well
        }
    if (rings_.empty() && state_.refused.empty())
      state_.refused = no_cpu_answers;
    if (!rings_.empty() && policy_.disks)
      disks_.follow(online, size_ / disk_ring_part);
    return result;
  }

  /// How much memory may be locked depends on the user's limits, of which others use a part.
  perf_ring open_ring(std::uint32_t cpu) {
    for (;; size_ /= 2)
      try {
        return perf_ring{cpu, size_};
      } catch (const ring_memory_refused& e) {
        if (size_ <= least_ring || (e.code().value() != EPERM && e.code().value() != ENOMEM))
          throw;
      }
  }

  void refuse(recorder_refusal x) {
    state_.refused = std::move(x.why);
    state_.command = std::move(x.command);
  }

  /// Says what is recorded now, and why no more.
  void settle() {
    if (!policy_.enabled) {
      state_.records = "nothing";
      return;
    }
    state_.tier = rings_.empty() ? -1 : disks_.is_recording() ? 2 : 1;
    if (state_.tier > 0) {
      auto bytes = disks_.bytes();
      for (const auto& [cpu, ring] : rings_)
        bytes += ring.size();
      state_.records = "the task on each of " + std::to_string(rings_.size()) + (rings_.size() == 1 ? " CPU" : " CPUs")
                       + sampled_words() + (state_.tier == 2 ? " and the process of each disk request, " : ", ")
                       + bytes_in_words(bytes) + " of the kernel's memory";
      if (!state_.refused.empty())
        return;
      state_.is_by_settings = state_.tier < 2 && !policy_.disks;
      auto refusal = state_.tier == 2   ? beyond_tier_2
                     : policy_.disks ? disks_.refused()
                                     : recorder_refusal{switched_off};
      if (state_.tier < 2)
        refusal.why.insert(0, "the process of each disk request: ");
      refuse(std::move(refusal));
      return;
    }
    try {
      const perf_ring own{std::nullopt, page_size()};
      state_.tier = 0;
    } catch (const std::system_error&) {
      state_.refused += (state_.refused.empty() ? "" : "; ") + std::string{"its own thread is not recorded either"} + restriction_of_perf();
    }
    state_.records = state_.tier == 0 ? "pmactor's own beat alone" : "nothing";
  }

  std::string sampled_words() const {
    const auto sampled = std::count_if(recordings_.begin(), recordings_.end(), [](const auto& x) { return x.second.is_sampled; });
    if (sampled == 0)
      return {};
    return " (" + (rings_.size() > 1 ? std::to_string(sampled) + " of them " : std::string{}) + "by "
           + std::to_string(samples_a_second) + " samples a second)";
  }

  /// @returns the thread that beats, recognised by its own name.
  std::int32_t find_beat() {
    const auto folder = std::string{"/proc/self/task/"};
    const auto is_beat = [&folder](std::int32_t thread) {
      std::array<char, 64> room{};
      return kept_file{folder + std::to_string(thread) + "/comm"}.read(room) == "pmactor-beat\n";
    };
    if (beat_ > 0 && is_beat(beat_))
      return beat_;
    beat_ = 0;
    const owned_descriptor threads{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (threads.get() >= 0)
      each_entry(threads.get(), [&](const dirent& entry) {
        std::string_view name{entry.d_name};
        std::uint64_t thread = 0;
        if (take_number(name, thread) && is_beat(static_cast<std::int32_t>(thread)))
          beat_ = static_cast<std::int32_t>(thread);
        return beat_ == 0;
      });
    return beat_;
  }

  switch_recorder_policy policy_;
  std::map<std::uint32_t, perf_ring> rings_;
  std::map<std::uint32_t, cpu_recording> recordings_;             ///< Of those rings, as far as that was asked for.
  std::map<std::uint32_t, std::optional<ring_reading>> readings_; ///< The last of each.
  disk_rings disks_;
  std::size_t size_ = 0;
  std::vector<std::byte> copy_;
  std::int32_t beat_ = 0;
  recorder_state state_;
};

} // namespace

std::unique_ptr<switch_source> start_host_switches(const switch_recorder_policy& policy) {
  return std::make_unique<host_switches>(policy);
}

} // namespace pmactor
