#include "actors/host/find_number.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/look_around_linux.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/kernel_log/log_reader.hpp"

#include <string>
#include <string_view>

namespace pmactor {

kernel_counts read_kernel_counts() {
  kernel_counts result;
  std::string room;
  result.oom_kills = number_behind(kept_file{"/proc/vmstat"}.read_all(room), "oom_kill");
  const auto hung = read_first_line("/proc/sys/kernel/hung_task_detect_count");
  std::string_view text{hung};
  std::uint64_t value = 0;
  if (take_number(text, value))
    result.hung_tasks = value;
  return result;
}

} // namespace pmactor
