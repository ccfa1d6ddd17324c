#include "app/commands/commands.hpp"

#include "app/instance/launch.hpp"
#include "app/settings/override_settings.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/start_daemon.hpp"
#include "app/instance/stop_daemon.hpp"
#include "messages/words.hpp"

#include <unistd.h>

namespace pmactor {
namespace {

/// @returns the command that restarts the service of this user.
std::string service_restart() {
#ifdef __APPLE__
  return ::geteuid() == 0 ? "launchctl kickstart -k system/org.pmactor"
                          : "launchctl kickstart -k gui/$UID/org.pmactor";
#else
  return ::geteuid() == 0 ? "systemctl restart pmactor" : "systemctl --user restart pmactor";
#endif
}

struct restart_options {
  std::shared_ptr<place_flags> where;
  std::chrono::milliseconds timeout = std::chrono::seconds{10};
  bool json = false;
};

outcome restart(const restart_options& options) {
  const auto where = options.where->find();
  auto flags = *options.where;
  if (find_daemon(where).presence == daemon_presence::running)
    if (const auto before = read_launch(where)) {
      if (before->by_service_manager)
        return {exit_failed,
                "pmactor runs as a service, so nothing was stopped; restart it by `"
                  + service_restart() + "`.",
                {}};
      flags = filled_in(flags, *before);
    }
  if (const auto read = read_layered_settings(flags, false); !read.problems.empty())
    return {exit_usage,
            "Nothing was stopped, as it could not be started again:\n" + joined(read.problems, "\n"),
            {}};
  const auto stopped = stop_daemon(where, options.timeout);
  if (stopped.result.code != exit_fine && !stopped.stopped)
    return stopped.result;
  auto started = start_daemon(flags, options.timeout);
  started.message.insert(0, stopped.result.message + ' ');
  return started;
}

int restart_and_report(const restart_options& options) {
  return report_outcome(restart(options), options.json);
}

} // namespace

void add_restart(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<restart_options>();
  auto* verb = program.add_subcommand(
    "restart", "End the daemon, if it runs, and start it again with the options that it had");
  options->where = add_place_flags(*verb);
  add_timeout_flag(*verb, options->timeout,
                   "Seconds to wait for its end, and again for its first sample");
  verb->add_flag("--json", options->json, "Write JSON");
  run_when_chosen(*verb, chosen, options, restart_and_report);
}

} // namespace pmactor
