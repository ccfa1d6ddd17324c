#include "app/commands/commands.hpp"

#include "app/command_line/place_flags.hpp"
#include "app/instance/stop_daemon.hpp"

#include <memory>

namespace pmactor {
namespace {

struct stop_options {
  std::shared_ptr<place_flags> where;
  double timeout = 5; ///< Seconds.
  bool json = false;
};

} // namespace

void add_stop(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<stop_options>();
  auto* verb = program.add_subcommand("stop", "End the daemon");
  options->where = add_data_flag(*verb);
  verb->add_option("--timeout", options->timeout, "Seconds to wait before it is ended by force")
    ->type_name("S")
    ->check(CLI::Range(0.0, 3600.0))
    ->capture_default_str();
  verb->add_flag("--json", options->json, "Write JSON");
  verb->footer("Exit codes: 0 it does not run (any more), 1 it could not be ended.");
  verb->callback([options, &chosen] {
    chosen = [options] {
      const auto patience = std::chrono::round<std::chrono::milliseconds>(
        std::chrono::duration<double>(options->timeout));
      return tell(stop_daemon(options->where->find(), patience).told, options->json);
    };
  });
}

} // namespace pmactor
