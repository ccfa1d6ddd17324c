#include "actors/witness_keeper/witness_child.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_process.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/witness_keeper/scheduler_clock_linux.hpp"
#include "messages/time.hpp"

#include <array>
#include <memory>
#include <string>
#include <unistd.h>

namespace pmactor {

look_at_server server_looker() {
  return [clock = std::make_shared<scheduler_clock>()](std::int64_t pid) -> std::optional<server_look> {
    const auto folder = "/proc/" + std::to_string(pid);
    std::array<char, 1024> room{};
    const auto line = kept_file{folder + "/stat"}.read(room);
    const auto stat = parse_process_stat(line);
    if (!stat)
      return std::nullopt;
    const auto now = read_clocks();
    std::array<char, 128> name{};
    server_look result;
    result.is.pid = pid;
    result.is.name = stat->name;
    result.is.state = stat->state;
    result.is.start_time = to_seconds(now.wall - now.total)
                           + static_cast<double>(stat->started_ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    result.is.waits_in = find_wait(kept_file{folder + "/wchan"}.read(name));
    result.last_ran = clock->last_ran(folder, parse_last_cpu(line).value_or(0));
    return result;
  };
}

} // namespace pmactor
