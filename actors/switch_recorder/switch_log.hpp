// What the flight recorder of the scheduler held when it was asked: who was on each CPU, since when, and who these are.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// A stretch in which a task was on a CPU, on the awake clock.
struct task_stretch {
  std::chrono::nanoseconds began{}, ended{};
  std::int32_t pid = 0, tid = 0;
  bool left_ready = false; ///< It was preempted at the end, and would have gone on; or it goes on.
  friend bool operator==(const task_stretch&, const task_stretch&) = default;
};

/// A stretch of which nothing is recorded, on the awake clock.
struct record_hole {
  std::chrono::nanoseconds began{}, ended{};
  friend bool operator==(const record_hole&, const record_hole&) = default;
};

/// A stretch in which it was only looked at now and then who was on a CPU, on the awake clock.
struct sampled_span {
  std::chrono::nanoseconds began{}, ended{};
  friend bool operator==(const sampled_span&, const sampled_span&) = default;
};

/// Of one CPU. Where there is neither a stretch nor a hole it was idle; before *covers_from*
/// nothing is known.
struct cpu_log {
  std::uint32_t number = 0;
  std::chrono::nanoseconds covers_from{};
  std::vector<task_stretch> stretches; ///< The oldest first.
  std::vector<record_hole> holes{};    ///< Where records were lost, the oldest first.
  std::chrono::nanoseconds
    oldest{}; ///< The oldest record that there was, also before what was asked for.
  std::vector<sampled_span> sampled{}; ///< Where the stretches are of samples, the oldest first.
  friend bool operator==(const cpu_log&, const cpu_log&) = default;
};

/// A request to a disk that moves data, on the awake clock.
struct disk_request {
  std::chrono::nanoseconds began{}; ///< When it was queued.
  std::chrono::nanoseconds ended{}; ///< When it was completed, or the record was taken.
  std::int32_t pid = 0;             ///< Of the process that queued it; -1 if that is not recorded.
  std::uint64_t bytes = 0;
  bool is_over = false;
  friend bool operator==(const disk_request&, const disk_request&) = default;
};

/// Of one disk that had something to do.
struct disk_log {
  std::string name;         ///< As the kernel calls the whole disk: "vda".
  std::uint64_t number = 0; ///< The kernel's, with the minor number in the lower 20 bits.
  std::chrono::nanoseconds covers_from{};
  std::vector<disk_request> requests; ///< The oldest first.
  friend bool operator==(const disk_log&, const disk_log&) = default;
};

/// Who a process is.
struct task_identity {
  std::string name;   ///< Foreign bytes, as are the next two.
  std::string parent; ///< The command name of what started it; empty if unknown.
  std::string unit;   ///< Empty if unknown or the root group.
  std::optional<double> start_time; ///< Unix seconds; absent of one that has ended.
  bool is_kernel_thread = false;
  bool has_ended = false;
  bool is_ours = false; ///< pmactor itself or a child of it.
  friend bool operator==(const task_identity&, const task_identity&) = default;
};

struct switch_log {
  std::chrono::nanoseconds taken{}; ///< On the awake clock: until when it reaches.
  std::vector<cpu_log> cpus;
  std::vector<disk_log> disks{};
  std::map<std::int32_t, task_identity> processes; ///< By pid; those that were most busy.
  std::int32_t beat_thread = 0;                    ///< The thread that beats; 0 if unknown.
  std::uint64_t lost = 0; ///< Records, of all CPUs, since what was asked for.
  /// How far back the rings reach that have overwritten records; absent while none has.
  std::optional<std::chrono::nanoseconds> reach{};
  /// The same of the rings of the requests to disks, which hold less of a busy disk.
  std::optional<std::chrono::nanoseconds> disk_reach{};
  std::vector<std::string> remarks; ///< What else it lacks, in sentences without a full stop.
};

/// How much is recorded here, for people.
struct recorder_state {
  /// 2: every CPU, and the requests to disks; 1: every CPU; 0: pmactor's own beat alone; -1: nothing.
  int tier = -1;
  std::string records;      ///< "the task on each of 2 CPUs (512 KiB each)"
  std::string refused;      ///< Why not the next tier, and what would give it; empty if nothing was refused.
  bool is_by_settings = false; ///< It is because the settings want no more.
  std::string command{};       ///< What gives the next tier, for a shell; empty if no command does.
  friend bool operator==(const recorder_state&, const recorder_state&) = default;
};

} // namespace pmactor
