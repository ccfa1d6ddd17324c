#include "actors/witness_keeper/witness_child.hpp"

#include "actors/host/owned_descriptor.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <time.h>
#include <unistd.h>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::uint64_t kernel_thread = 0x00200000; // PF_KTHREAD

template <std::size_t Size>
std::string_view read_text(const std::string& path, std::array<char, Size>& room) {
  const owned_descriptor d{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  const auto n = d.get() < 0 ? -1 : ::read(d.get(), room.data(), room.size());
  return n <= 0 ? std::string_view{} : std::string_view{room.data(), static_cast<std::size_t>(n)};
}

/// @returns when a task last was on a CPU, by the scheduler's clock: "se.exec_start : 123.456789" in
/// milliseconds. Absent where the kernel is built without SCHED_DEBUG.
std::optional<nanoseconds> last_ran(const std::string& folder) {
  std::array<char, 512> room{};
  const auto text = read_text(folder + "/sched", room);
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

nanoseconds awake_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::chrono::seconds{now.tv_sec} + nanoseconds{now.tv_nsec};
}

} // namespace

char state_of_task(const std::string& folder) {
  std::array<char, 512> room{};
  const auto text = read_text(folder + "/stat", room);
  const auto close = text.rfind(')');
  return close == text.npos || close + 2 >= text.size() ? '\0' : text[close + 2];
}

std::optional<blocked_task> read_blocked_task(std::int64_t pid) {
  const auto folder = "/proc/" + std::to_string(pid);
  std::array<char, 512> room{};
  const auto stat = read_text(folder + "/stat", room);
  const auto close = stat.rfind(')');
  if (close == stat.npos || close + 2 >= stat.size() || stat[close + 2] != 'D')
    return std::nullopt;
  // The flags are the seventh number after the state.
  auto rest = stat.substr(close + 4);
  for (int i = 0; i < 5; ++i)
    rest.remove_prefix(std::min(rest.size(), rest.find(' ') == rest.npos ? rest.size() : rest.find(' ') + 1));
  std::uint64_t flags = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), flags);
  if ((flags & kernel_thread) != 0)
    return std::nullopt;
  const auto now = awake_now();
  // Our own thread runs right now: the difference of both readings is how long the other has not.
  const auto theirs = last_ran(folder), own = last_ran("/proc/thread-self");
  if (!theirs || !own)
    return std::nullopt;
  blocked_task result;
  result.since = now - std::max(nanoseconds{}, *own - *theirs);
  std::array<char, 128> name{};
  if (const auto text = read_text(folder + "/wchan", name); text != "0")
    result.waits_in = text;
  return result;
}

} // namespace pmactor
