#include "actors/host/kernel_log_file_linux.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace pmactor {

kernel_log_file::kernel_log_file(const std::string& path)
  : log_{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)} {
}

bool kernel_log_file::skip_to_end() const {
  return ::lseek(log_.get(), 0, SEEK_END) >= 0;
}

std::optional<kernel_line> kernel_log_file::take_record(record_room& room, reading& so_far) const {
  const auto size = ::read(log_.get(), room.data(), room.size());
  if (size > 0)
    return parse_kernel_record({room.data(), static_cast<std::size_t>(size)});
  // Overwritten meanwhile, or longer than any: the next read goes on behind that.
  const bool goes_on = size < 0 && (errno == EPIPE || errno == EINTR || errno == EINVAL);
  so_far.was_overrun = so_far.was_overrun || (goes_on && errno == EPIPE);
  so_far.is_at_end = !goes_on;
  return std::nullopt;
}

} // namespace pmactor
