#include "actors/witness_keeper/witness_child.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_process.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/witness_keeper/find_wait_place_linux.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string>
#include <string_view>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// @returns when a task last was on a CPU, by the scheduler's clock: "se.exec_start : 123.456789" in
/// milliseconds. Absent where the kernel is built without SCHED_DEBUG.
std::optional<nanoseconds> last_ran(const std::string& folder) {
  std::array<char, 512> room{};
  const auto text = kept_file{folder + "/sched"}.read(room);
  constexpr std::string_view key = "se.exec_start";
  const auto at = text.find(key);
  const auto colon = at == text.npos ? at : text.find(':', at);
  if (colon == text.npos)
    return std::nullopt;
  const auto begin = text.find_first_not_of(' ', colon + 1);
  double ms = 0;
  if (begin == text.npos || std::from_chars(text.data() + begin, text.data() + text.size(), ms).ec != std::errc{})
    return std::nullopt;
  return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double, std::milli>{ms});
}

} // namespace

char state_of_thread(std::int64_t pid, std::int64_t thread) {
  std::array<char, 1024> room{};
  const auto stat = parse_process_stat(
    kept_file{"/proc/" + std::to_string(pid) + "/task/" + std::to_string(thread) + "/stat"}.read(room));
  return stat ? stat->state : '\0';
}

read_blocked blocked_reader() {
  /// Most waits end sooner, and where is asked only of those that do not.
  static constexpr auto worth_a_place = std::chrono::milliseconds{250};
  return [places = std::make_shared<place_finder>()](std::int64_t pid) -> std::optional<blocked_task> {
    const auto folder = "/proc/" + std::to_string(pid);
    std::array<char, 1024> room{};
    const auto stat = parse_process_stat(kept_file{folder + "/stat"}.read(room));
    // A thread of the kernel may sleep so for as long as it lives.
    if (!stat || stat->state != 'D' || stat->virtual_bytes == 0)
      return std::nullopt;
    const auto now = read_clock(awake_clock);
    // Our own thread runs right now: the difference of both readings is how long the other has not.
    const auto theirs = last_ran(folder), own = last_ran("/proc/thread-self");
    if (!theirs || !own)
      return std::nullopt;
    std::array<char, 128> name{};
    blocked_task result;
    result.since = now - std::max(nanoseconds{}, *own - *theirs);
    result.waits_in = find_wait(kept_file{folder + "/wchan"}.read(name));
    if (now - result.since >= worth_a_place)
      result.place = places->of(pid, result.since);
    return result;
  };
}

} // namespace pmactor
