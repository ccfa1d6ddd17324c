// Linux: /proc by kept descriptors, one pread each, into one buffer that is made once. Eight system calls
// a reading (the clocks are read without one).

#include "actors/supervision/process_facts.hpp"
#include "actors/system_metrics/parse_counters.hpp"
#include "actors/system_metrics/read_counters.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace pmactor {
namespace {

/// A file of /proc that is read again and again. Where the machine does not have it, it stays empty.
class kept_file {
public:
  explicit kept_file(const char* path) : fd_(::open(path, O_RDONLY | O_CLOEXEC)) {
  }
  kept_file(const kept_file&) = delete;
  kept_file& operator=(const kept_file&) = delete;
  ~kept_file() {
    if (fd_ >= 0)
      ::close(fd_);
  }

  /// @returns the text from its beginning, as far as the room goes; absent if it cannot be read. A line
  /// that the room cuts is left out.
  std::optional<std::string_view> read(std::vector<char>& room) const {
    if (fd_ < 0)
      return std::nullopt;
    ssize_t size = 0;
    do
      size = ::pread(fd_, room.data(), room.size(), 0);
    while (size < 0 && errno == EINTR);
    if (size <= 0)
      return std::nullopt;
    const std::string_view text{room.data(), static_cast<std::size_t>(size)};
    return text.size() < room.size() ? text : text.substr(0, text.rfind('\n') + 1);
  }

private:
  int fd_;
};

class proc_counters {
public:
  system_counters read() {
    system_counters result;
    result.at = read_clocks();
    if (const auto text = stat_.read(room_))
      parse_cpu(*text, result);
    if (const auto text = load_.read(room_))
      parse_load(*text, result);
    if (const auto text = memory_.read(room_))
      parse_memory(*text, result);
    if (const auto text = disks_.read(room_))
      parse_disks(*text, result);
    if (const auto text = nets_.read(room_))
      parse_networks(*text, result);
    if (const auto text = cpu_stall_.read(room_))
      result.cpu_stall = parse_pressure(*text);
    if (const auto text = memory_stall_.read(room_))
      result.memory_stall = parse_pressure(*text);
    if (const auto text = io_stall_.read(room_))
      result.io_stall = parse_pressure(*text);
    return result;
  }

private:
  // Room for /proc/stat's lines of 512 CPUs and for 256 disks; what is behind them is not needed.
  std::vector<char> room_ = std::vector<char>(64 * 1024);
  kept_file stat_{"/proc/stat"};
  kept_file load_{"/proc/loadavg"};
  kept_file memory_{"/proc/meminfo"};
  kept_file disks_{"/proc/diskstats"};
  kept_file nets_{"/proc/net/dev"};
  kept_file cpu_stall_{"/proc/pressure/cpu"};
  kept_file memory_stall_{"/proc/pressure/memory"};
  kept_file io_stall_{"/proc/pressure/io"};
};

} // namespace

counters_source open_counters() {
  return [source = std::make_shared<proc_counters>()] { return source->read(); };
}

} // namespace pmactor
