// Decides which processes are in uninterruptible sleep without a break, and since when. Pure: what the kernel
// says of a process is an argument.
#pragma once

#include "messages/power.hpp"
#include "messages/stall.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
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

/// Never takes up a process of ours that asks a file system its size: that it waits is felt by no other program.
class blocked_watch {
public:
  static constexpr std::size_t most = 16; ///< At once.
  /// So many of a document, which may show a storm of them; the rest is for those that are looked for.
  static constexpr std::size_t most_of_documents = 10;
  /// So many of those that are looked for; the rest is for one thread.
  static constexpr std::size_t most_found = 15;
  /// New ones that the kernel is asked for, of one document and of one search.
  static constexpr std::size_t most_read = 16, most_read_of_search = 64;

  /// Takes up those of a document's processes that are in uninterruptible sleep, as far as there is room: of those
  /// that were asked for those that wait longest. Of many others are asked for each time.
  /// @returns since when the first of those waits that are new; absent if none is.
  std::optional<std::chrono::nanoseconds> add(const power_sample& x, const read_blocked& read);

  /// Takes up those that were just found to be in that sleep, likewise.
  void add(const std::vector<waiting_process>& all, std::chrono::nanoseconds now,
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
  struct watched {
    waiting_process process;
    wait_place place;
    std::chrono::nanoseconds looked_at{};
  };
  watched* find(std::int64_t pid);
  /// @returns since when the first of those waits that were taken up.
  std::optional<std::chrono::nanoseconds> take_longest(std::vector<watched>&& found, std::size_t room);

  std::vector<watched> watched_;
  std::size_t turn_ = 0; ///< Of the processes of a document, where the next one begins.
};

} // namespace pmactor
