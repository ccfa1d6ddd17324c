#include "actors/witness_keeper/witness_child.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_process.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/witness_keeper/find_wait_place_linux.hpp"
#include "actors/witness_keeper/scheduler_clock_linux.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace pmactor {

char state_of_thread(std::int64_t pid, std::int64_t thread) {
  std::array<char, 1024> room{};
  const auto stat = parse_process_stat(
    kept_file{"/proc/" + std::to_string(pid) + "/task/" + std::to_string(thread) + "/stat"}.read(room));
  return stat ? stat->state : '\0';
}

read_blocked blocked_reader() {
  /// Most waits end sooner, and where is asked only of those that do not.
  static constexpr auto worth_a_place = std::chrono::milliseconds{250};
  return [places = std::make_shared<place_finder>(),
          clock = std::make_shared<scheduler_clock>()](std::int64_t pid) -> std::optional<blocked_task> {
    const auto folder = "/proc/" + std::to_string(pid);
    std::array<char, 1024> room{};
    const auto line = kept_file{folder + "/stat"}.read(room);
    const auto stat = parse_process_stat(line);
    // A thread of the kernel may sleep so for as long as it lives.
    if (!stat || stat->state != 'D' || stat->virtual_bytes == 0)
      return std::nullopt;
    const auto since = clock->last_ran(folder, parse_last_cpu(line).value_or(0));
    if (!since)
      return std::nullopt;
    std::array<char, 128> name{};
    blocked_task result;
    result.since = *since;
    result.waits_in = find_wait(kept_file{folder + "/wchan"}.read(name));
    if (read_clock(awake_clock) - result.since >= worth_a_place)
      result.place = places->of(pid, result.since);
    return result;
  };
}

find_blocked blocked_finder() {
  namespace fs = std::filesystem;
  /// The calling thread serves others as well. Enough for some 2,000 processes.
  static constexpr auto longest = std::chrono::milliseconds{20};
  return [i = fs::directory_iterator{}]() mutable {
    const fs::directory_iterator end;
    const auto until = read_clock(awake_clock) + longest;
    std::vector<waiting_process> result;
    std::error_code failed;
    if (i == end)
      i = fs::directory_iterator{"/proc", failed};
    for (; i != end && read_clock(awake_clock) < until; i.increment(failed)) {
      std::array<char, 1024> room{};
      const auto pid = i->path().filename().string();
      if (pid.find_first_not_of("0123456789") != pid.npos)
        continue;
      const auto stat = parse_process_stat(kept_file{"/proc/" + pid + "/stat"}.read(room));
      if (stat && stat->state == 'D' && stat->virtual_bytes > 0) // no thread of the kernel
        result.push_back({std::stoll(pid), std::nullopt, std::string{stat->name}, {}, {}});
    }
    return result;
  };
}

} // namespace pmactor
