// Blame as values: who held up a victim, by the harm done, and who was on each CPU meanwhile.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// How it is known who did it, the strongest first.
enum class blame_source : std::uint8_t {
  recorded, ///< The kernel's own records of who was on which CPU, while the victim was ready to
            ///< run.
  sampled,  ///< As before, but a good part of it by looking now and then who is on a CPU, as it switched very often.
  deltas,   ///< What each process used across the event, by the kernel's counters.
  weak,     ///< As before, but of a window that is much longer than the event.
};

enum class doer_kind : std::uint8_t { process, kernel_thread };

/// A line of the blame: a process, or several short-lived ones of the same parent, unit and command
/// name.
struct doer {
  doer_kind kind = doer_kind::process;
  std::int64_t pid = 0; ///< 0 if these are several.
  std::optional<double>
    start_time;       ///< Unix seconds; with the pid it is its identity. Absent of several.
  std::string name;   ///< The command name. Foreign bytes.
  std::string parent; ///< The command name of what started it; empty if unknown. Foreign bytes.
  std::string unit;   ///< Its unit or control group; empty if unknown or the root. Foreign bytes.
  std::uint32_t processes = 1;     ///< How many are added up.
  std::chrono::nanoseconds held{}; ///< Of the harm.
  std::optional<double> bytes; ///< That it moved or took meanwhile, where that is what did harm.
  friend bool operator==(const doer&, const doer&) = default;
};

/// A stretch in which one task was on one CPU.
struct cpu_slice {
  std::uint32_t cpu = 0;
  std::uint32_t task = 0;                     ///< The index of it in the tasks of the timeline.
  std::chrono::nanoseconds began{}, length{}; ///< Since the begin of the timeline.
  bool left_ready = false; ///< It was preempted at the end, and would have gone on.
  friend bool operator==(const cpu_slice&, const cpu_slice&) = default;
};

/// What the timeline calls a task; or several that are drawn as one, as each is too short to be drawn apart. The first
/// of a timeline has the pid -1 as well: it stands for all tasks that have no name of their own there.
struct timeline_task {
  std::int64_t pid = 0;
  std::int64_t tid = 0; ///< -1 of several: then pid and name are those of the process that had most of their time.
  std::string name; ///< Foreign bytes.
  friend bool operator==(const timeline_task&, const timeline_task&) = default;
};

/// Who was on each CPU. Where a CPU has no slice it was idle; before `covers_from` of it nothing is
/// known.
struct cpu_timeline {
  std::chrono::nanoseconds began{}; ///< On the wall clock.
  std::chrono::nanoseconds length{};
  std::vector<timeline_task> tasks;
  std::vector<cpu_slice> slices; ///< By CPU, then by time; bounded.
  struct cpu {
    std::uint32_t number = 0;
    std::chrono::nanoseconds covers_from{}; ///< Since the begin of the timeline.
    friend bool operator==(const cpu&, const cpu&) = default;
  };
  std::vector<cpu> cpus;
  friend bool operator==(const cpu_timeline&, const cpu_timeline&) = default;
};

/// Who did it. `held` of all lines, `others`, `uncharged` and `unknown` sum to `harm`.
struct blame_facts {
  blame_source source = blame_source::weak;
  std::string resource;            ///< "the CPUs", "CPU 1", "disk sda", "memory". Foreign bytes.
  std::string victim;              ///< Who was held up, in words: "pmactor's beat". Foreign bytes.
  std::chrono::nanoseconds harm{}; ///< How long the victim was held up by others.
  std::vector<doer> doers;         ///< The most harmful first; bounded.
  std::chrono::nanoseconds others{}; ///< All those that did less, together.
  std::uint32_t other_processes = 0; ///< How many these are.
  /// What none is charged with: a CPU was idle, or ran pmactor itself.
  std::chrono::nanoseconds uncharged{}; ///< "nobody" in JSON, as it is stored.
  /// Of which nothing is recorded: what did it may be one of the above, or another.
  std::chrono::nanoseconds unknown{};
  std::vector<std::string>
    remarks; ///< What the records lack, in sentences: "covers the last 1.3 s of 4.0 s".
  std::optional<cpu_timeline> timeline;
  friend bool operator==(const blame_facts&, const blame_facts&) = default;
};

std::string to_string(blame_source x); ///< As stored: "recorded".
std::optional<blame_source> blame_source_from(std::string_view name);
std::string to_string(const doer& x);
std::string to_string(const blame_facts& x);

/// @returns what a person reads: "cc1plus ×14 of make", "stress-ng (4711)". Not escaped.
std::string in_words(const doer& x);

/// @returns the form in which it is stored, as a JSON object with times in seconds; bytes that are
/// no UTF-8 are replaced. At most 48 KiB: a timeline that does not fit is left out.
std::string to_json(const blame_facts& x);

} // namespace pmactor
