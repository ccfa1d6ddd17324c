// Linux: /proc by kept descriptors, one pread each, into one buffer that is made once; of the disks
// and networks those that count. Some ten system calls a reading (the clocks are read without one).

#include "actors/host/device_reader.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_machine_stat.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/system_metrics/parse_counters.hpp"
#include "actors/system_metrics/read_counters.hpp"

#include <memory>

namespace pmactor {
namespace {

/// @returns the text from its beginning, as far as the room goes; absent if it cannot be read. A line that
/// the room cuts is left out.
std::optional<std::string_view> read_lines(const kept_file& file, std::vector<char>& room) {
  const auto text = file.read(room);
  if (text.empty())
    return std::nullopt;
  return text.size() < room.size() ? text : text.substr(0, text.rfind('\n') + 1);
}

class proc_counters {
public:
  system_counters read() {
    system_counters result;
    result.at = read_clocks();
    if (const auto text = read_lines(stat_, room_))
      parse_cpu(*text, result);
    if (const auto text = read_lines(load_, room_))
      result.load1 = parse_load_average(*text).minute;
    if (const auto text = read_lines(memory_, room_))
      parse_memory(*text, result);
    devices_.read(result.disks, result.nets);
    if (const auto text = read_lines(cpu_stall_, room_))
      result.cpu_stall = parse_stalls(*text);
    if (const auto text = read_lines(memory_stall_, room_))
      result.memory_stall = parse_stalls(*text);
    if (const auto text = read_lines(io_stall_, room_))
      result.io_stall = parse_stalls(*text);
    return result;
  }

private:
  // Room for /proc/stat's lines of 512 CPUs; behind them and the line of the interrupts stands how often they switched,
  // which is not known where that does not fit.
  std::vector<char> room_ = std::vector<char>(64 * 1024);
  kept_file stat_{"/proc/stat"};
  kept_file load_{"/proc/loadavg"};
  kept_file memory_{"/proc/meminfo"};
  kept_file cpu_stall_{"/proc/pressure/cpu"};
  kept_file memory_stall_{"/proc/pressure/memory"};
  kept_file io_stall_{"/proc/pressure/io"};
  device_reader devices_;
};

} // namespace

counters_source open_counters() {
  return [source = std::make_shared<proc_counters>()] { return source->read(); };
}

} // namespace pmactor
