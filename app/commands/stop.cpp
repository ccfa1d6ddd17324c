#include "app/commands/commands.hpp"

#include "app/command_line/place_flags.hpp"
#include "app/instance/stop_daemon.hpp"

namespace pmactor {
namespace {

struct stop_options {
  std::shared_ptr<place_flags> where;
  std::chrono::milliseconds timeout = std::chrono::seconds{5};
  bool json = false;
};

int stop(const stop_options& options) {
  return report_outcome(stop_daemon(options.where->find(), options.timeout).result, options.json);
}

} // namespace

void add_stop(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<stop_options>();
  auto* verb = program.add_subcommand("stop", "End the daemon");
  options->where = add_data_flag(*verb);
  add_timeout_flag(*verb, options->timeout, "Seconds to wait before it is ended by force");
  verb->add_flag("--json", options->json, "Write JSON");
  verb->footer("Exit codes: 0 it does not run (any more), 1 it could not be ended, or only in a way "
    "that lost something.");
  run_when_chosen(*verb, chosen, options, stop);
}

} // namespace pmactor
