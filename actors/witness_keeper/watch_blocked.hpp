// Decides which processes are in uninterruptible sleep without a break, and since when. Pure: what the kernel
// says of a process is an argument.
#pragma once

#include "messages/power.hpp"
#include "messages/stall.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// What a process waits for, by the file that its call is about. Empty where that is not known.
struct wait_place {
  std::string mount; ///< As the process sees it.
  std::string disk;  ///< "sda"
};

/// What the kernel says of a process that is in uninterruptible sleep right now.
struct blocked_task {
  std::chrono::nanoseconds since{}; ///< When it last ran, on the awake clock.
  std::string waits_in;             ///< Empty if the kernel does not say.
  wait_place place;
};

/// @returns nothing if the process is gone, another one, a thread of the kernel, or not in that sleep.
using read_blocked = std::function<std::optional<blocked_task>(std::int64_t pid)>;
/// @returns the processes, by pid and name, that are in uninterruptible sleep right now.
using find_blocked = std::function<std::vector<waiting_process>()>;

class blocked_watch {
public:
  /// Takes up those of a document's processes that are in uninterruptible sleep.
  /// @returns since when the first of those waits that are new; absent if none is.
  std::optional<std::chrono::nanoseconds> add(const power_sample& x, const read_blocked& read);

  /// Takes up those that were just found to be in that sleep.
  void add(const std::vector<waiting_process>& found, std::chrono::nanoseconds now,
           const read_blocked& read);

  /// Takes up one thread, if it is in that sleep.
  void add(std::int64_t thread, std::string name, std::chrono::nanoseconds now,
           const read_blocked& read);

  /// Looks at each again.
  /// @returns those that still wait and those that do not any more, each as a stretch.
  std::vector<felt_stretch> look(std::chrono::nanoseconds now, const read_blocked& read);

  /// Those that wait right now.
  std::vector<waiting_process> waiting() const;

private:
  static constexpr std::size_t most = 16;
  struct watched {
    waiting_process process;
    wait_place place;
    std::chrono::nanoseconds looked_at{};
  };
  std::vector<watched> watched_;
};

} // namespace pmactor
