#include "actors/kernel_log/read_kmsg_linux.hpp"

#include "actors/host/process_facts.hpp"
#include "actors/host/read_clock.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_lines = 4000; ///< Of one look.
constexpr auto longest_look =
  15ms; ///< Of CPU time, so that a flood costs 1.5 % of one CPU at most.
constexpr std::size_t longest_record = 8192; ///< As the kernel has it: a read with less room fails.

class kmsg_reader : public log_reader {
public:
  explicit kmsg_reader(owned_descriptor log) : log_{std::move(log)} {
  }

  log_look read() override {
    log_look result;
    const auto until = read_clock(CLOCK_THREAD_CPUTIME_ID) + longest_look;
    std::array<char, longest_record> record;
    for (std::size_t count = 0;; ++count) {
      if (count >= most_lines
          || (count % 64 == 63 && read_clock(CLOCK_THREAD_CPUTIME_ID) > until)) {
        ::lseek(log_.get(), 0, SEEK_END);
        break;
      }
      const auto size = ::read(log_.get(), record.data(), record.size());
      if (size < 0 && (errno == EPIPE || errno == EINTR || errno == EINVAL))
        continue; // overwritten meanwhile: the next read goes on behind that
      if (size <= 0)
        break;
      auto line = parse_kernel_record({record.data(), static_cast<std::size_t>(size)});
      if (!line)
        continue;
      if (next_ && line->sequence > *next_)
        result.skipped += line->sequence - *next_;
      next_ = line->sequence + 1;
      result.lines.push_back(std::move(*line));
    }
    result.at = read_clocks();
    return result;
  }

private:
  owned_descriptor log_;
  std::optional<std::uint64_t> next_; ///< The number of the line that comes next.
};

} // namespace

std::unique_ptr<log_reader> open_kmsg() {
  owned_descriptor log{::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)};
  if (log.get() < 0 || ::lseek(log.get(), 0, SEEK_END) < 0)
    throw std::runtime_error(
      "The kernel's log (/dev/kmsg) cannot be read: " + std::generic_category().message(errno)
      + ". It takes CAP_SYSLOG, which the system service has, or kernel.dmesg_restrict = 0.");
  return read_kmsg(std::move(log));
}

std::unique_ptr<log_reader> read_kmsg(owned_descriptor log) {
  return std::make_unique<kmsg_reader>(std::move(log));
}

} // namespace pmactor
