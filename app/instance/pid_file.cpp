#include "app/instance/pid_file.hpp"

#include <charconv>
#include <limits>

namespace pmactor {
namespace {

/// Longer than any file of ours.
constexpr std::size_t longest_file = 256;

/// Takes the next line off the text.
/// @returns nullopt if it does not end with a line feed.
std::optional<std::string_view> take_whole_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos)
    return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

template <class Number>
std::errc read_number(std::string_view text, Number& result) {
  const auto* last = text.data() + text.size();
  const auto [end, problem] = std::from_chars(text.data(), last, result);
  return problem == std::errc{} && end != last ? std::errc::invalid_argument : problem;
}

bool looks_like_boot_id(std::string_view text) {
  if (text.size() > 64)
    return false;
  for (const char c : text)
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-'))
      return false;
  return true;
}

parsed_pid_file no_daemon(std::string problem) {
  return {std::nullopt, std::move(problem)};
}

daemon_verdict running(const process_identity& daemon, std::string more = {}) {
  return {daemon_presence::running, daemon,
          "pmactor runs as process " + std::to_string(daemon.pid) + more + '.'};
}

daemon_verdict dead(std::string sentence) {
  return {daemon_presence::dead, std::nullopt, std::move(sentence)};
}

daemon_verdict unknown(std::string sentence, bool passes = false) {
  return {daemon_presence::unknown, std::nullopt, std::move(sentence), passes};
}

daemon_verdict judge_free(const pid_file_look& look, const parsed_pid_file& said) {
  const auto file = look.file.string();
  if (!said.daemon)
    return dead("pmactor is not running; its PID file " + file + ' ' + said.problem
                + ", and no process holds it.");
  const auto pid = std::to_string(said.daemon->pid);
  if (look.living && look.living != said.daemon)
    return dead("pmactor is dead: it was process " + pid
                + ", a number that another process has now.");
  if (look.living)
    return dead("pmactor is not running: its PID file " + file + " names process " + pid
                + ", but that process does not hold it.");
  return dead("pmactor is dead: it was process " + pid + " and left its PID file behind.");
}

daemon_verdict judge_held(const pid_file_look& look, const parsed_pid_file& said) {
  const auto file = look.file.string();
  if (look.holder) {
    if (!look.living)
      return unknown("The PID file " + file + " is held by process " + std::to_string(*look.holder)
                       + ", which cannot be examined: it is just ending, or belongs to another"
                         " container; try again.",
                     true);
    // The kernel's word counts. A file that says nothing yet belongs to a daemon that is just
    // starting.
    if (look.content.empty() || said.daemon == look.living)
      return running(*look.living);
    return running(
      *look.living,
      ", though its PID file "
        + (said.daemon ? "names another, " + std::to_string(said.daemon->pid) : said.problem));
  }
  if (!said.daemon)
    return unknown("The PID file " + file + " is held by a process, but " + said.problem
                   + ", so which one is not known.");
  if (look.living != said.daemon)
    return unknown("The PID file " + file + " is held by a process, but names "
                   + std::to_string(said.daemon->pid) + ", which is not it.");
  return running(*said.daemon);
}

} // namespace

std::string format_pid_file(const process_identity& daemon) {
  return std::to_string(daemon.pid) + '\n' + std::to_string(daemon.start) + '\n' + daemon.boot_id
         + '\n';
}

parsed_pid_file parse_pid_file(std::string_view bytes) {
  if (bytes.empty())
    return no_daemon("is empty");
  if (bytes.size() > longest_file)
    return no_daemon("is too long to be one");
  const auto pid_line = take_whole_line(bytes);
  const auto start_line = take_whole_line(bytes);
  const auto boot_line = take_whole_line(bytes);
  process_identity result;
  if (!pid_line || read_number(*pid_line, result.pid) == std::errc::invalid_argument)
    return no_daemon("holds something else than a process");
  if (result.pid > std::numeric_limits<std::int32_t>::max()
      || read_number(*pid_line, result.pid) == std::errc::result_out_of_range)
    return no_daemon("names a number that no process can have");
  if (result.pid <= 1)
    return no_daemon("names " + std::to_string(result.pid) + ", which is never a daemon");
  if (!start_line || !boot_line || !bytes.empty()
      || read_number(*start_line, result.start) != std::errc{} || result.start == 0
      || !looks_like_boot_id(*boot_line))
    return no_daemon("does not say when process " + std::to_string(result.pid) + " was started");
  result.boot_id = *boot_line;
  return {result, {}};
}

daemon_verdict judge_pid_file(const pid_file_look& look) {
  switch (look.state) {
    case pid_file_state::missing:
      return {daemon_presence::not_running, std::nullopt, "pmactor is not running."};
    case pid_file_state::unreadable:
      return unknown("Whether pmactor runs is unknown: its PID file " + look.file.string() + ' '
                     + look.trouble + '.');
    case pid_file_state::free:
      return judge_free(look, parse_pid_file(look.content));
    case pid_file_state::held:
      return judge_held(look, parse_pid_file(look.content));
  }
  return unknown("Whether pmactor runs is unknown.");
}

std::string to_string(daemon_presence x) {
  switch (x) {
    case daemon_presence::running:
      return "running";
    case daemon_presence::dead:
      return "dead";
    case daemon_presence::not_running:
      return "not running";
    case daemon_presence::unknown:
      return "unknown";
  }
  return "unknown";
}

} // namespace pmactor
