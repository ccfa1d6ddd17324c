// Half-freezes as values: what a witness felt of a resource, and the stall that is made of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// What does not answer. In the order in which one holds up another: of two that stall at once the earlier one is
/// the reason, as a disk holds up the file system on it and that the start of programs.
enum class stall_resource : std::uint8_t {
  memory,  ///< Reclaim or thrashing.
  disk,    ///< A block device, by its kernel name.
  mount,   ///< A file system, by its mount point.
  cpu,     ///< Ready to run and not run.
  desktop, ///< A compositor or X server, by its session.
  task,    ///< A process sleeps uninterruptibly, and what it waits for is not known.
  program, ///< A program cannot be started.
  quota,   ///< A control group, e.g. "unit ssh.service", by its own CPU quota. It holds up nothing else, as the next.
  freezer, ///< A control group that is frozen.
};
inline constexpr std::size_t stall_resources = 9;

/// How a stall was felt.
enum class stall_sense : std::uint8_t {
  timer,        ///< A timer of ordinary priority came late while its thread was ready to run.
  read,         ///< A direct read took long.
  write,        ///< A small synchronous write took long.
  completion,   ///< Requests were in flight and none was completed, or those completed had taken long.
  memory_use,   ///< Touching fresh or evictable pages took long.
  pressure,     ///< The kernel's pressure totals (PSI).
  statfs,       ///< Asking a file system for its size took long.
  spawn,        ///< Starting a trivial program took long.
  round_trip,   ///< A compositor or X server took long to answer.
  blocked_task, ///< A process was in uninterruptible sleep all the time.
  work,         ///< A thread of ordinary priority was ready to run and hardly did.
  group_counts, ///< What the kernel counts of a control group.
};
inline constexpr std::size_t stall_senses = 12;

/// The process that has to answer for a resource, as an X server for its desktop. Where it does not it is the first
/// suspect itself.
struct serving_process {
  std::int64_t pid = 0;
  std::optional<double> start_time; ///< Unix seconds; with the pid it is its identity.
  std::string name;                 ///< Foreign bytes.
  char state = '\0';                ///< As /proc has it, while it does not answer; 0 if unknown.
  std::string waits_in;             ///< The kernel function in which it sleeps; empty if the kernel does not say.
  friend bool operator==(const serving_process&, const serving_process&) = default;
};

/// A stretch in which one witness felt one resource not answer. Times are on the awake clock.
struct felt_stretch {
  stall_resource resource = stall_resource::task;
  std::string name; ///< "sda", "/mnt/nas"; empty where there is only one. Foreign bytes.
  stall_sense sense = stall_sense::timer;
  std::chrono::nanoseconds began{};
  std::optional<std::chrono::nanoseconds> ended; ///< Absent while it lasts.
  std::chrono::nanoseconds uncertainty{};        ///< Of *began* and *ended*, either way.
  std::int64_t witness = 0; ///< Identifies, with the sense, who felt it: what lasted and then ended has the same.
  std::optional<serving_process> server = std::nullopt; ///< While it lasts, where one is known.
  friend bool operator==(const felt_stretch&, const felt_stretch&) = default;
};

/// A process that waits in uninterruptible sleep.
struct waiting_process {
  std::int64_t pid = 0;
  std::optional<double> start_time; ///< Unix seconds; with the pid it is its identity.
  std::string name;                 ///< Foreign bytes.
  std::string waits_in;             ///< The kernel function; empty if the kernel does not say.
  std::chrono::nanoseconds since{}; ///< On the awake clock.
  friend bool operator==(const waiting_process&, const waiting_process&) = default;
};

/// What is known of a stall beside its begin and end.
struct stall_facts {
  stall_resource resource = stall_resource::task;
  std::string name;                     ///< As in felt_stretch.
  std::vector<std::string> felt_by;     ///< "a direct read of sda": each witness once. Foreign bytes.
  std::vector<waiting_process> waiting; ///< The longest waiting first; bounded.
  bool is_over = false;                 ///< False: it lasts, and its duration grows.
  std::optional<serving_process> server = std::nullopt; ///< Is not stored: it is named as a culprit.
  friend bool operator==(const stall_facts&, const stall_facts&) = default;
};

std::string to_string(stall_resource x); ///< As stored: "disk".
std::optional<stall_resource> stall_resource_from(std::string_view name);
std::string to_string(stall_sense x); ///< "read"
std::string to_string(const felt_stretch& x);
std::string to_string(const waiting_process& x);
std::string to_string(const stall_facts& x);

/// @returns what a person reads as the subject of a sentence: "disk sda", "the file system /mnt/nas",
/// "memory". The name is not escaped.
std::string in_words(stall_resource resource, std::string_view name);
/// @returns how it was felt, e.g. "a direct read of sda".
std::string in_words(stall_sense sense, std::string_view name);

// The form in which they are stored, as JSON; bytes that are no UTF-8 are replaced.
std::string to_json(const std::vector<waiting_process>& x);
/// {"resource":"disk","name":"sda","felt_by":[…],"waiting":[{"pid":1,…}],"over":true}
std::string to_json(const stall_facts& x);

} // namespace pmactor
