// Decides whether a desktop is asked for an answer at once instead of in its turn. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace pmactor {

/// What the kernel says of the process that has to answer.
struct server_reading {
  std::chrono::nanoseconds at{};
  char state = '?';                    ///< As /proc has it.
  std::chrono::nanoseconds computed{}; ///< On the CPUs, in all.
};

/// To ask wakes a server that rests, so that it is done seldom. One that is stopped, that waits in
/// the kernel or that computed nearly all the time may not answer any more, and is not woken by it.
/// @param before the reading before, of the same process; absent if there is none.
bool asks_at_once(const std::optional<server_reading>& before, const server_reading& now);

/// What is known of the process that has to answer, from look to look.
class server_record {
public:
  /// Call at each look: what it computed is known from one to the next.
  /// @param stat its line of /proc/PID/stat; empty if there is none: what comes after that is another process.
  /// @param tick in which that counts what it computed.
  /// @returns whether it is asked at once.
  bool look(std::string_view stat, std::chrono::nanoseconds now, std::chrono::nanoseconds tick);

private:
  std::optional<server_reading> last_;
};

} // namespace pmactor
