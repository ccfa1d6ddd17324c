#include "actors/kernel_log/read_suspends_linux.hpp"

#include "actors/host/look_around_linux.hpp"
#include "actors/host/parse_numbers.hpp"

#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_sources = 512;

std::optional<std::uint64_t> to_number(std::string_view text) {
  std::uint64_t value = 0;
  return take_number(text, value) ? std::optional{value} : std::nullopt;
}

std::optional<std::uint64_t> number_in(const kept_file& file) {
  std::array<char, 64> room{};
  return to_number(file.read(room));
}

std::uint64_t number_in(const fs::path& file) {
  return to_number(read_first_line(file)).value_or(0);
}

/// @returns the source of interrupts with its number, e.g. "9 (acpi)".
std::string interrupt(const fs::path& root) {
  const auto number = to_number(read_first_line(root / "sys/power/pm_wakeup_irq"));
  if (!number)
    return {};
  const auto name = read_first_line(root / "sys/kernel/irq" / std::to_string(*number) / "actions");
  return std::to_string(*number) + (name.empty() ? "" : " (" + name + ')');
}

} // namespace

host_suspend_reader::host_suspend_reader(fs::path root)
  : root_{std::move(root)}, success_{(root_ / "sys/power/suspend_stats/success").string()},
    fail_{(root_ / "sys/power/suspend_stats/fail").string()} {
}

suspend_counts host_suspend_reader::count() {
  suspend_counts result;
  result.success = number_in(success_);
  result.fail = number_in(fail_);
  return result;
}

suspend_counts host_suspend_reader::read() {
  auto result = count();
  const auto stats = root_ / "sys/power/suspend_stats";
  result.failed_device = read_first_line(stats / "last_failed_dev");
  result.failed_step = read_first_line(stats / "last_failed_step");
  const auto error = read_first_line(stats / "last_failed_errno");
  std::int64_t number = 0;
  if (std::from_chars(error.data(), error.data() + error.size(), number).ec == std::errc{})
    result.failed_errno = number;
  if (const auto us = to_number(read_first_line(stats / "last_hw_sleep")))
    result.hardware_sleep = std::chrono::microseconds{*us};
  result.woken_by_interrupt = interrupt(root_);
  for (const auto& folder : list_entries(root_ / "sys/class/wakeup")) {
    if (result.sources.size() >= most_sources)
      break;
    result.sources.push_back({folder.filename().string(), read_first_line(folder / "name"),
                              number_in(folder / "wakeup_count"),
                              number_in(folder / "event_count")});
  }
  return result;
}

} // namespace pmactor
