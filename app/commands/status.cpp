#include "app/commands/commands.hpp"

#include "app/command_line/place_flags.hpp"
#include "app/views/escape.hpp"
#include "app/views/look_at_status.hpp"
#include "app/views/render_status.hpp"

#include <iostream>
#include <memory>
#include <unistd.h>

namespace pmactor {
namespace {

struct status_options {
  std::shared_ptr<place_flags> where;
  bool json = false, line = false, outage = false;
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

int status(const status_options& options) {
  try {
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
  auto* json = verb->add_flag("--json", options->json, "Write JSON");
  verb->add_flag("--line", options->line, "Only the first line")->excludes(json);
  verb->add_flag("--outage", options->outage,
                 "Only what ended this machine or the daemon, until it is reviewed; for a login's greeting")
    ->excludes(json);
  verb->footer(
    "Exit codes, as LSB has them: 0 running, 1 dead but its PID file is there, 3 not running, "
    "4 unknown, or its process is there and does not get on.");
  run_when_chosen(*verb, chosen, options, status);
}

} // namespace pmactor
