#include "app/commands/commands.hpp"

#include "app/command_line/numbers.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/views/escape.hpp"
#include "app/views/look_at_status.hpp"
#include "app/views/render_status.hpp"
#include "app/views/terminal.hpp"
#include "app/views/watch.hpp"

#include <chrono>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>

namespace pmactor {
namespace {

struct status_options {
  std::shared_ptr<place_flags> where;
  bool json = false, line = false, outage = false;
  std::optional<std::chrono::nanoseconds> period; ///< Absent to show it once.
};

int show_status(const status_options& options) {
  const auto view = look_at_status(*options.where);
  const auto style = style_of(STDOUT_FILENO);
  if (options.outage) {
    std::cout << spelled(outage_line(view), style);
    return exit_fine;
  }
  if (options.json)
    std::cout << status_json(view);
  else if (options.line)
    std::cout << (::isatty(STDOUT_FILENO) == 1 ? cut(spelled(status_line(view), style), style.width, style)
                                               : spelled(status_line(view), style))
              << '\n';
  else
    std::cout << render_status(view, style);
  return exit_code_of(view);
}

int watch_status(const status_options& options, std::chrono::nanoseconds period) {
  return watch_daemon(
    "status", period, options.json, exit_code_of(daemon_presence::unknown),
    [&options](const text_style& style, bool is_terminal) -> daemon_look {
      const auto view = look_at_status(*options.where, true);
      const auto code = exit_code_of(view);
      if (options.json) // a document a line, unless a person looks at it
        return {status_json(view, is_terminal), code, {}};
      if (!options.line)
        return {render_status(view, style), code, view.now};
      const auto line = spelled(status_line(view), style);
      return {(is_terminal ? cut(line, style.width, style) : line) + '\n', code, {}};
    });
}

int status(const status_options& options) {
  try {
    if (options.period)
      return watch_status(options, *options.period);
    return show_status(options);
  } catch (const std::exception& e) {
    std::cerr << "pmactor status: " << escaped(e.what()) << '\n';
    return exit_code_of(daemon_presence::unknown);
  }
}

} // namespace

void add_status(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<status_options>();
  auto* verb =
    program.add_subcommand("status", "Say whether the daemon runs, and how this machine is");
  options->where = add_data_flag(*verb);
  auto* json = verb->add_flag("--json", options->json, "Write JSON; with --watch one document a line");
  verb->add_flag("--line", options->line, "Only the first line")->excludes(json);
  auto* outage = verb->add_flag("--outage", options->outage,
                 "Only what ended this machine or the daemon, until it is reviewed; for a login's greeting")
    ->excludes(json);
  add_watch_option(*verb, options->period)->excludes(outage);
  verb->footer(
    "Exit codes, as LSB has them: 0 running, 1 dead but its PID file is there, 3 not running, "
    "4 unknown, or its process is there and does not get on.");
  run_when_chosen(*verb, chosen, options, status);
}

} // namespace pmactor
