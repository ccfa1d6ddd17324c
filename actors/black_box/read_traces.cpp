#include "actors/black_box/read_traces.hpp"

#include "messages/quote.hpp"
#include "messages/utf8.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t longest_line = 160;

bool contains(std::string_view text, std::string_view what) {
  return text.find(what) != text.npos;
}

/// Calls *f* with each line, the first first.
template <class F>
void each_line(std::string_view text, F f) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    f(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// @returns the line without what the kernel puts in front of it: "<4>[   12.345678][  T42] ".
std::string_view without_stamp(std::string_view line) {
  if (line.starts_with('<'))
    line.remove_prefix(std::min(line.find('>') + 1, line.size()));
  while (line.starts_with('['))
    if (const auto end = line.find(']'); end != line.npos) {
      line.remove_prefix(end + 1);
      while (line.starts_with(' '))
        line.remove_prefix(1);
    } else
      break;
  return line;
}

std::string shown(std::string_view line) {
  auto result = harmless(cut_text(line, longest_line));
  while (!result.empty() && (result.back() == ' ' || result.back() == '\r' || result.back() == '.'))
    result.pop_back();
  return result;
}

struct kernel_line {
  std::string_view words;
  kernel_death::what kind;
};

constexpr std::array kernel_lines{
  kernel_line{"Kernel panic - not syncing", kernel_death::what::panic},
  kernel_line{"Watchdog detected hard LOCKUP", kernel_death::what::lockup},
  kernel_line{"BUG: soft lockup", kernel_death::what::lockup},
  kernel_line{"rcu_sched self-detected stall", kernel_death::what::lockup},
  kernel_line{"rcu_preempt self-detected stall", kernel_death::what::lockup},
  kernel_line{"sysrq: Resetting", kernel_death::what::sysrq},
  kernel_line{"reboot: Restarting system", kernel_death::what::shutdown},
  kernel_line{"reboot: Power down", kernel_death::what::shutdown},
  kernel_line{"reboot: System halted", kernel_death::what::shutdown},
};

int rank_of(kernel_death::what x) {
  switch (x) {
    case kernel_death::what::panic:
      return 0;
    case kernel_death::what::sysrq:
      return 1;
    case kernel_death::what::lockup:
      return 2;
    case kernel_death::what::shutdown:
      return 3;
  }
  return 4;
}

/// @returns what follows the words "Kernel panic - not syncing: ", which is what people search for.
std::string_view reason_of(std::string_view line) {
  constexpr std::string_view front = "Kernel panic - not syncing: ";
  const auto at = line.find(front);
  return at == line.npos || at + front.size() == line.size() ? line
                                                             : line.substr(at + front.size());
}

/// @returns a count that a drive keeps. One that it does not keep is zero: it has had power once.
std::optional<std::uint64_t> kept(std::uint64_t count) {
  return count > 0 ? std::optional{count} : std::nullopt;
}

/// @returns the source of a line, "systemd[1]", and what it says: "1700000000.1 host systemd[1]:
/// text". A user's own manager and any program may say the words of the first process, so the
/// source counts.
std::pair<std::string_view, std::string_view> split_journal_line(std::string_view line) {
  for (int word = 0; word < 2; ++word) {
    const auto space = line.find(' ');
    if (space == line.npos)
      return {};
    line.remove_prefix(space + 1);
  }
  const auto colon = line.find(": ");
  if (colon == line.npos || line.substr(0, colon).find(' ') != line.npos)
    return {};
  return {line.substr(0, colon), line.substr(colon + 2)};
}

std::uint64_t little(std::string_view bytes) {
  std::uint64_t result = 0;
  for (std::size_t i = std::min<std::size_t>(bytes.size(), 8); i > 0; --i)
    result = result << 8 | static_cast<unsigned char>(bytes[i - 1]);
  return result;
}

} // namespace

std::optional<kernel_death> find_kernel_death(std::string_view text, const std::string& file) {
  std::optional<kernel_death> result;
  each_line(text, [&](std::string_view line) {
    for (const auto& x : kernel_lines) {
      if (!contains(line, x.words) || (result && rank_of(result->kind) <= rank_of(x.kind)))
        continue;
      const auto says = without_stamp(line);
      result = kernel_death{
        x.kind, shown(x.kind == kernel_death::what::panic ? reason_of(says) : says), file};
    }
  });
  // A kernel restarts after a panic as well, and a lockup that was survived ended nothing.
  if (result && result->kind == kernel_death::what::lockup && contains(text, "reboot: "))
    result->kind = kernel_death::what::shutdown;
  return result;
}

void rank_deaths(std::vector<kernel_death>& deaths) {
  std::stable_sort(deaths.begin(), deaths.end(), [](const kernel_death& a, const kernel_death& b) {
    return rank_of(a.kind) < rank_of(b.kind);
  });
}

std::optional<journal_end> read_journal_end(std::string_view lines) {
  std::optional<journal_end> result;
  each_line(lines, [&](std::string_view line) {
    if (line.empty())
      return;
    if (!result)
      result.emplace();
    const auto [source, says] = split_journal_line(line);
    const bool is_manager = source == "systemd[1]" || source == "systemd-shutdown[1]";
    const bool is_journal = source.starts_with("systemd-journald[");
    const auto reaches = [is_manager, words = says](std::initializer_list<std::string_view> targets) {
      return is_manager && words.starts_with("Reached target ")
             && std::any_of(targets.begin(), targets.end(),
                            [words](std::string_view x) { return contains(words, x); });
    };
    // These are said once all services have ended; whatever comes behind belongs to it.
    const bool reboots = reaches({"reboot.target", "System Reboot", "Reboot"})
                         || (is_manager && says.starts_with("Rebooting"));
    const bool goes_down = reaches({"poweroff.target", "halt.target", "System Power Off",
                                    "Power-Off", "Power Off", "System Halt"});
    const bool stops = reaches({"shutdown.target", "System Shutdown"})
                       || (is_manager && says.starts_with("Shutting down."))
                       || (is_journal && says.starts_with("Journal stopped"));
    // The log was only restarted, as by an upgrade or on the way out of the initial file system.
    const bool goes_on = (is_journal && says.starts_with("Journal started"))
                         || (is_manager && says.starts_with("Started "));
    if (goes_on)
      *result = {false, box_course::unknown, shown(line)};
    else if (reboots || goes_down || stops) {
      result->in_order = true;
      if (reboots || goes_down || result->line.empty() || result->course == box_course::unknown)
        result->line = shown(line);
      if (reboots || goes_down)
        result->course = reboots ? box_course::restarts : box_course::goes_down;
    } else if (!result->in_order)
      result->line = shown(line);
  });
  return result;
}

std::string find_service_result(std::string_view lines) {
  std::string result;
  each_line(lines, [&](std::string_view line) {
    if (const auto at = line.find("code=");
        contains(line, "Main process exited") && at != line.npos)
      result = shown(line.substr(at));
    else if (contains(line, "result 'oom-kill'") || contains(line, "killed by the OOM killer"))
      result = "oom-kill";
  });
  return result;
}

bool is_oom_kill(std::string_view text, std::int64_t pid) {
  const auto number = std::to_string(pid);
  return contains(text, "Killed process " + number + " (")
         || contains(text, "oom_reaper: reaped process " + number + " (");
}

std::string reset_reason_in(std::string_view text) {
  constexpr std::string_view amd = "Previous system reset reason ";
  if (const auto at = text.find(amd); at != text.npos) {
    const auto says = text.substr(at + amd.size());
    return contains(says, "0xffffffff") ? std::string{} : shown(says); // all ones mean nothing
  }
  if (contains(text, "BERT: Error records from previous boot"))
    return shown(text);
  return {};
}

drive_counters parse_nvme_health(std::string_view page, std::string name) {
  constexpr std::size_t cycles_at = 112, unsafe_at = 144, field = 16;
  drive_counters result;
  result.name = std::move(name);
  if (page.size() < unsafe_at + field)
    return result;
  result.cycles = kept(little(page.substr(cycles_at, 8)));
  if (result.cycles)
    result.unsafe = little(page.substr(unsafe_at, 8));
  return result;
}

drive_counters parse_ata_attributes(std::string_view page, std::string name) {
  // Thirty attributes of twelve bytes: an id, flags, two values, and six bytes of a count.
  constexpr std::size_t first = 2, each = 12, attributes = 30, raw_at = 5, raw = 6;
  constexpr int power_cycles = 12, unsafe_shutdowns = 174, power_off_retracts = 192;
  drive_counters result;
  result.name = std::move(name);
  for (std::size_t i = 0; i < attributes && first + (i + 1) * each <= page.size(); ++i) {
    const auto entry = page.substr(first + i * each, each);
    const auto id = static_cast<unsigned char>(entry.front());
    const auto count = little(entry.substr(raw_at, raw));
    if (id == power_cycles)
      result.cycles = kept(count);
    else if (id == unsafe_shutdowns || (id == power_off_retracts && !result.unsafe))
      result.unsafe = count;
  }
  return result;
}

} // namespace pmactor
