#include "actors/forensics_supervisor/plan_artifacts.hpp"

#include "messages/read_real.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <optional>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr auto before = 30s; ///< Of the window; what led to it.
constexpr auto after = 5s;   ///< What the machine said on waking.
constexpr double most_seconds = 600;

std::string unix_text(std::chrono::nanoseconds x) {
  return '@' + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(x).count());
}

/// As `log show` wants it, in UTC; it knows whole seconds.
std::string utc_text(std::chrono::nanoseconds x) {
  const auto whole = static_cast<std::time_t>(std::chrono::duration_cast<std::chrono::seconds>(x).count());
  std::tm broken{};
  std::array<char, 40> text{};
  if (::gmtime_r(&whole, &broken) == nullptr
      || std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S+0000", &broken) == 0)
    return "1970-01-01 00:00:00+0000";
  return text.data();
}

artifact_plan read_here(std::string name, std::string file, std::chrono::nanoseconds timeout) {
  artifact_plan result;
  result.name = std::move(name);
  result.file = std::move(file);
  result.timeout = timeout;
  return result;
}

artifact_plan by_tool(std::string name, std::string file, std::vector<std::string> command,
                      std::chrono::nanoseconds timeout, std::uint64_t most_bytes) {
  auto result = read_here(std::move(name), std::move(file), timeout);
  result.command = std::move(command);
  result.most_bytes = most_bytes;
  return result;
}

/// One that may wait for what hangs: a mount whose server is gone, a process that holds its own
/// lock.
artifact_plan wait_for(std::string name, std::string file) {
  auto result = read_here(std::move(name), std::move(file), 5s);
  result.may_wait = true;
  return result;
}

std::vector<artifact_plan> of_linux(const capture_window& window) {
  auto journal = by_tool("journal", "journal.txt",
                         {"journalctl", "--quiet", "--no-pager", "--output=short-iso-precise", "--utc",
                          "--since", unix_text(window.since), "--until", unix_text(window.until + 1s),
                          "--lines", "20000"},
                         10s, 8u << 20);
  // Reading these takes no time; a disk that hangs may make writing them wait.
  constexpr auto patient = 20s;
  return {
    read_here("stacks", "stacks.txt", patient),
    read_here("pressure", "pressure.json", patient),
    read_here("counters", "counters.json", patient),
    read_here("processes", "processes.json", patient),
    read_here("kernel_log", "kernel_log.txt", patient),
    read_here("mounts", "mounts.json", patient),
    wait_for("remote_mounts", "remote_mounts.json"),
    wait_for("command_lines", "command_lines.json"),
    journal,
  };
}

std::vector<artifact_plan> of_macos(const capture_window& window) {
  // The only view into the pause; its buffer runs on meanwhile.
  auto tailspin = by_tool("tailspin", "tailspin.tailspin",
                          {"tailspin", "save", "-r", "pmactor", "-l", "20", "FILE"}, 20s, 128u << 20);
  tailspin.writes_file = true;
  tailspin.is_text = false;
  tailspin.needs_root = true;
  auto spindump = by_tool("spindump", "spindump.txt",
                          {"spindump", "-notarget", "5", "10", "-noProcessingWhileSampling", "-noBinary",
                           "-timelimit", "30", "-o", "FILE"},
                          40s, 64u << 20);
  spindump.writes_file = true;
  spindump.needs_root = true;
  return {
    tailspin,
    by_tool("processes", "processes.txt",
            {"ps", "-axww", "-o", "pid,ppid,uid,state,pri,nice,%cpu,%mem,rss,time,lstart,wchan,command"},
            5s, 4u << 20),
    by_tool("thermal", "thermal.txt", {"pmset", "-g", "therm"}, 5s, 1u << 20),
    by_tool("assertions", "assertions.txt", {"pmset", "-g", "assertions"}, 5s, 1u << 20),
    spindump,
    by_tool("log", "log.ndjson",
            {"log", "show", "--style", "ndjson", "--info", "--start", utc_text(window.since - 2s), "--end",
             utc_text(window.until + 2s), "--predicate",
             "process == \"kernel\" OR process == \"WindowServer\" OR eventMessage CONTAINS[c] \"hang\" "
             "OR eventMessage CONTAINS[c] \"jetsam\""},
            30s, 32u << 20),
    by_tool("power_log", "power_log.txt", {"pmset", "-g", "log"}, 20s, 8u << 20),
  };
}

/// "journal=20" as a name and seconds.
std::optional<std::pair<std::string, double>> parsed(const std::string& entry) {
  const auto mark = entry.find('=');
  if (mark == std::string::npos)
    return std::nullopt;
  double seconds = 0;
  const auto* end = entry.data() + entry.size();
  const auto number = read_real(entry.data() + mark + 1, end, seconds);
  if (number.ec != std::errc{} || number.ptr != end || !(seconds >= 0.1 && seconds <= most_seconds))
    return std::nullopt;
  return std::pair{entry.substr(0, mark), seconds};
}

bool is_known(const std::string& name) {
  for (const auto& all : {of_linux({}), of_macos({})})
    for (const auto& x : all)
      if (x.name == name)
        return true;
  return false;
}

/// A name of the other platform is accepted, as one file may serve both, but not proposed.
std::string names_on(capture_platform platform) {
  std::string result;
  for (const auto& x : platform == capture_platform::on_linux ? of_linux({}) : of_macos({}))
    result += (result.empty() ? "" : ", ") + x.name;
  return result;
}

} // namespace

std::string to_string(const artifact_plan& x) {
  std::string result = x.name + " in " + x.file;
  for (const auto& word : x.command)
    result += ' ' + word;
  return result;
}

capture_window window_of(const pause_event& event) {
  return {event.started - before, event.ended + after};
}

std::vector<artifact_plan> plan_artifacts(capture_platform platform, const pause_event& event,
                                          const artifact_policy& policy) {
  const auto window = window_of(event);
  auto result = platform == capture_platform::on_linux ? of_linux(window) : of_macos(window);
  for (const auto& entry : policy.timeouts)
    if (const auto given = parsed(entry))
      for (auto& x : result)
        if (x.name == given->first)
          x.timeout = std::chrono::round<std::chrono::nanoseconds>(
            std::chrono::duration<double>{given->second});
  return result;
}

bool is_switched_off(const std::string& name, const artifact_policy& policy) {
  return std::find(policy.skip.begin(), policy.skip.end(), name) != policy.skip.end();
}

std::string check_skip(const artifact_policy& policy, capture_platform platform) {
  for (const auto& name : policy.skip)
    if (!is_known(name))
      return "names " + name + ", which is no artifact; there are " + names_on(platform) + '.';
  return {};
}

std::string check_timeouts(const artifact_policy& policy, capture_platform platform) {
  for (const auto& entry : policy.timeouts) {
    const auto given = parsed(entry);
    if (!given)
      return "has \"" + entry + "\", but must have entries such as \"journal=20\": seconds from 0.1 to 600.";
    if (!is_known(given->first))
      return "names " + given->first + ", which is no artifact; there are " + names_on(platform) + '.';
  }
  return {};
}

std::string describe_means(std::size_t artifacts, const std::vector<missing_artifact>& missing) {
  auto result = missing.empty()
                  ? "all " + std::to_string(artifacts) + " artifacts can be captured"
                  : std::to_string(artifacts - std::min(artifacts, missing.size())) + " of "
                      + std::to_string(artifacts) + " artifacts can be captured; not ";
  for (std::size_t i = 0; i < missing.size(); ++i)
    result += (i > 0 ? ", " : "") + missing[i].name + " (" + missing[i].why + ')';
  return result;
}

} // namespace pmactor
