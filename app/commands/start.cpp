#include "app/commands/commands.hpp"

#include "app/instance/start_daemon.hpp"

namespace pmactor {
namespace {

struct start_options {
  std::shared_ptr<place_flags> where;
  std::chrono::milliseconds timeout = std::chrono::seconds{10};
  bool json = false;
};

int start(const start_options& options) {
  return report_outcome(start_daemon(*options.where, options.timeout), options.json);
}

} // namespace

void add_start(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<start_options>();
  auto* verb = program.add_subcommand("start", "Start the daemon in the background");
  options->where = add_place_flags(*verb);
  add_timeout_flag(*verb, options->timeout, "Seconds to wait for its first sample");
  verb->add_flag("--json", options->json, "Write JSON");
  verb->footer("Exit codes: 0 it runs, and has stored a sample; 1 it does not, or not yet.");
  run_when_chosen(*verb, chosen, options, start);
}

} // namespace pmactor
