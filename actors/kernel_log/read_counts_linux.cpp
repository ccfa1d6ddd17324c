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
  const kept_file file{"/proc/vmstat"};
  for (auto text = file.read_all(room); !text.empty();) {
    auto line = take_line(text);
    std::uint64_t value = 0;
    if (take_word(line) == "oom_kill" && take_number(line, value))
      result.oom_kills = value;
  }
  const auto hung = read_first_line("/proc/sys/kernel/hung_task_detect_count");
  std::string_view text{hung};
  std::uint64_t value = 0;
  if (take_number(text, value))
    result.hung_tasks = value;
  return result;
}

} // namespace pmactor
