#include "app/restart.hpp"

#include "app/start_daemon.hpp"
#include "app/stop_daemon.hpp"

#include <memory>

namespace pmactor {
namespace {

struct restart_options {
  std::shared_ptr<place_flags> where;
  double timeout = 10; ///< Seconds.
  bool json = false;
};

outcome restart(const restart_options& options) {
  const auto patience = std::chrono::round<std::chrono::milliseconds>(
    std::chrono::duration<double>(options.timeout));
  const auto stopped = stop_daemon(options.where->find(), patience);
  if (stopped.told.code != exit_fine)
    return stopped.told;
  auto started = start_daemon(*options.where, patience);
  started.message.insert(0, stopped.told.message + ' ');
  return started;
}

} // namespace

void add_restart(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<restart_options>();
  auto* verb = program.add_subcommand("restart", "End the daemon, if it runs, and start it again");
  options->where = add_place_flags(*verb);
  verb->add_option("--timeout", options->timeout,
                   "Seconds to wait for its end, and again for its first sample")
    ->type_name("S")
    ->check(CLI::Range(0.0, 3600.0))
    ->capture_default_str();
  verb->add_flag("--json", options->json, "Write JSON");
  verb->callback([options, &chosen] {
    chosen = [options] { return tell(restart(*options), options->json); };
  });
}

} // namespace pmactor
