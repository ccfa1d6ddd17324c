#include "actors/kernel_log/describe_suspend.hpp"

#include "actors/host/parse_numbers.hpp"
#include "messages/read_real.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <string_view>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr int grave = 9; ///< A machine that does not sleep when it should runs down its battery.
constexpr std::size_t most_named = 3;
constexpr auto slow_device = 100ms; ///< A shorter time of a device is not worth a word.

/// @returns what lies between two texts; empty if it is not there.
std::string between(std::string_view text, std::string_view front, std::string_view end) {
  const auto at = text.find(front);
  if (at == std::string_view::npos)
    return {};
  text.remove_prefix(at + front.size());
  const auto stop = text.find(end);
  return stop == std::string_view::npos || stop > 32 ? std::string{}
                                                     : std::string{text.substr(0, stop)};
}

void keep(std::string& to, std::string x) {
  if (!x.empty())
    to = std::move(x);
}

/// @returns seconds, of milliseconds as a text.
std::string in_seconds(const std::string& milliseconds) {
  double value = 0;
  const auto* end = milliseconds.data() + milliseconds.size();
  return read_real(milliseconds.data(), end, value).ptr == end && !milliseconds.empty()
           ? printed("%.3f", value / 1000)
           : std::string{};
}

const wakeup_source* find(const suspend_counts& in, const std::string& id) {
  const auto found =
    std::find_if(in.sources.begin(), in.sources.end(), [&id](const auto& x) { return x.id == id; });
  return found == in.sources.end() ? nullptr : &*found;
}

/// @returns those that woke the machine, by their own count of it; else those that had something to
/// report.
std::vector<std::string> wakers(const suspend_counts& before, const suspend_counts& after) {
  std::vector<std::string> woke, reported;
  for (const auto& x : after.sources) {
    const auto* then = find(before, x.id);
    const auto wakeups = then != nullptr ? then->wakeups : 0,
               events = then != nullptr ? then->events : 0;
    if (x.wakeups > wakeups)
      woke.push_back(x.name);
    else if (x.events > events)
      reported.push_back(x.name);
  }
  auto& result = woke.empty() ? reported : woke;
  if (result.size() > most_named)
    result.resize(most_named);
  return result;
}

} // namespace

void suspend_phases::add(const kernel_line& x) {
  if (x.facility != 0)
    return;
  const std::string_view text{x.text};
  if (text.starts_with("PM: suspend entry (")) {
    clear();
    entry_ = x.at;
    mode_ = between(text, "entry (", ")");
  } else if (text.starts_with("PM: suspend exit")) {
    exit_ = x.at;
  } else if (text.starts_with("Filesystems sync: ")) {
    keep(sync_, between(text, "sync: ", " seconds"));
  } else if (text.starts_with(
               "Freezing user space processes ")) { // "completed (…)" or "... (…) done."
    keep(freeze_, between(text, "(elapsed ", " seconds"));
  } else if (text.starts_with("PM: suspend devices took ")) {
    keep(suspend_, between(text, "took ", " seconds"));
  } else if (text.starts_with("PM: resume devices took ")) {
    keep(resume_, between(text, "took ", " seconds"));
  } else if (text.find(" usecs") != std::string_view::npos) {
    add_device(text);
  } else if (text.starts_with("PM: suspend of devices complete after ")) {
    keep(suspend_, in_seconds(between(text, "after ", " msecs")));
  } else if (text.starts_with("PM: resume of devices complete after ")) {
    keep(resume_, in_seconds(between(text, "after ", " msecs")));
  }
}

/// Of "nvme 0000:01:00.0: PM: pci_pm_resume+0x0/0x110 returned 0 after 812345 usecs", with
/// pm_print_times.
void suspend_phases::add_device(std::string_view text) {
  const auto end = text.find(": PM: "), after = text.rfind(" after ");
  if (end > 64 || text.find(" returned ") == std::string_view::npos
      || after == std::string_view::npos)
    return;
  auto number = text.substr(after + std::string_view{" after "}.size());
  std::uint64_t us = 0;
  constexpr std::uint64_t longest = 3'600'000'000;
  if (!take_number(number, us) || !number.starts_with(" usecs") || us > longest
      || std::chrono::microseconds{us} <= slowest_took_)
    return;
  slowest_took_ = std::chrono::microseconds{us};
  slowest_ = std::string{text.substr(0, end)};
}

std::vector<std::string> suspend_phases::words() const {
  std::vector<std::string> result;
  if (!mode_.empty())
    result.push_back("the kernel suspended by " + mode_
                     + (entry_ && exit_ && *exit_ > *entry_
                          ? ", which took " + spelled(*exit_ - *entry_) + " awake"
                          : std::string{}));
  std::string phases;
  const auto add_phase = [&phases](const char* what, const std::string& seconds) {
    if (!seconds.empty())
      phases += (phases.empty() ? "" : ", ") + std::string{what} + ' ' + seconds + " s";
  };
  add_phase("writing back files took", sync_);
  add_phase("freezing tasks", freeze_);
  add_phase("suspending devices", suspend_);
  add_phase("resuming devices", resume_);
  if (!phases.empty())
    result.push_back(phases);
  if (slowest_took_ >= slow_device)
    result.push_back("the slowest device was " + slowest_ + ", with " + spelled(slowest_took_));
  return result;
}

std::vector<std::string> describe_suspend(const suspend_counts& before,
                                          const suspend_counts& after) {
  std::vector<std::string> result;
  const auto by = wakers(before, after);
  if (!by.empty())
    result.push_back(
      "woken by " + joined(by)
      + (after.woken_by_interrupt.empty() ? "" : ", interrupt " + after.woken_by_interrupt));
  else if (!after.woken_by_interrupt.empty())
    result.push_back("woken by interrupt " + after.woken_by_interrupt);
  if (after.hardware_sleep)
    result.push_back(
      *after.hardware_sleep > 0ns
        ? "the hardware was in its deepest sleep for " + spelled(*after.hardware_sleep)
        : std::string{"the hardware never was in its deepest sleep (last_hw_sleep is 0)"});
  return result;
}

std::optional<incident_line> describe_failure(const suspend_counts& before,
                                              const suspend_counts& after) {
  if (!before.fail || !after.fail || *after.fail <= *before.fail)
    return std::nullopt;
  incident_line result;
  result.rule = "suspend-counted-failed";
  result.kind = incident_kind::sleep;
  result.weight = grave;
  result.device = after.failed_device;
  result.says = "a suspend failed";
  if (!after.failed_step.empty())
    result.says += " at the step " + after.failed_step;
  if (!after.failed_device.empty())
    result.says += ", as the device " + after.failed_device + " did not let the machine sleep";
  if (after.failed_errno && *after.failed_errno != 0)
    result.says += " (error " + std::to_string(*after.failed_errno) + ')';
  return result;
}

} // namespace pmactor
