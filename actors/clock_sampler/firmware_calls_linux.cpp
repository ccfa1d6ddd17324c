#include "actors/clock_sampler/firmware_calls_linux.hpp"

#include "actors/host/look_around_linux.hpp"

#include <charconv>
#include <linux/perf_event.h>
#include <string>
#include <string_view>
#include <sys/syscall.h>
#include <unistd.h>

namespace pmactor {
namespace {

constexpr const char* folder = "/sys/bus/event_source/devices/msr/";

/// @param text "event=0x04".
std::optional<std::uint64_t> event_of(std::string_view text) {
  constexpr std::string_view key = "event=0x";
  if (!text.starts_with(key))
    return std::nullopt;
  text.remove_prefix(key.size());
  std::uint64_t result = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), result, 16);
  return parsed.ec == std::errc{} ? std::optional{result} : std::nullopt;
}

int open_counter() {
  const auto event = event_of(read_first_line(std::string{folder} + "events/smi"));
  const auto type_text = read_first_line(std::string{folder} + "type");
  std::uint32_t type = 0;
  if (!event
      || std::from_chars(type_text.data(), type_text.data() + type_text.size(), type).ec
           != std::errc{})
    return -1;
  perf_event_attr attr{};
  attr.type = type;
  attr.size = sizeof attr;
  attr.config = *event;
  constexpr int any_process = -1, first_cpu = 0, no_group = -1;
  return static_cast<int>(
    ::syscall(SYS_perf_event_open, &attr, any_process, first_cpu, no_group, PERF_FLAG_FD_CLOEXEC));
}

} // namespace

firmware_calls::firmware_calls() : counter_{open_counter()} {
}

std::optional<std::uint64_t> firmware_calls::read() const {
  std::uint64_t count = 0;
  if (!is_open() || ::read(counter_.get(), &count, sizeof count) != sizeof count)
    return std::nullopt;
  return count;
}

} // namespace pmactor
