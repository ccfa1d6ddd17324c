#include "actors/kernel_log/read_kmsg_linux.hpp"

#include "actors/host/process_facts.hpp"
#include "actors/host/read_clock.hpp"

#include <cerrno>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_lines = 4000; ///< Of one look.
constexpr auto longest_look =
  15ms; ///< Of CPU time, so that a flood costs 1.5 % of one CPU at most.

class kmsg_reader : public log_reader {
public:
  explicit kmsg_reader(kernel_log_file log) : log_{std::move(log)} {
  }

  log_look read() override {
    log_look result;
    const auto until = read_clock(CLOCK_THREAD_CPUTIME_ID) + longest_look;
    std::size_t count = 0;
    const auto reading = log_.read(most_lines, [&](kernel_line line) {
      if (next_ && line.sequence > *next_)
        result.skipped += line.sequence - *next_;
      next_ = line.sequence + 1;
      result.lines.push_back(std::move(line));
      return ++count % 64 != 0 || read_clock(CLOCK_THREAD_CPUTIME_ID) <= until;
    });
    if (!reading.is_at_end)
      log_.skip_to_end();
    result.at = read_clocks();
    return result;
  }

private:
  kernel_log_file log_;
  std::optional<std::uint64_t> next_; ///< The number of the line that comes next.
};

} // namespace

std::unique_ptr<log_reader> open_kmsg() {
  kernel_log_file log;
  if (!log.is_open() || !log.skip_to_end())
    throw std::runtime_error(
      "The kernel's log (/dev/kmsg) cannot be read: " + std::generic_category().message(errno)
      + ". It takes CAP_SYSLOG, which the system service has, or kernel.dmesg_restrict = 0.");
  return read_kmsg(std::move(log));
}

std::unique_ptr<log_reader> read_kmsg(kernel_log_file log) {
  return std::make_unique<kmsg_reader>(std::move(log));
}

} // namespace pmactor
