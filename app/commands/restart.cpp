#include "app/commands/commands.hpp"

#include "app/instance/launch.hpp"
#include "app/settings/override_settings.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/start_daemon.hpp"
#include "app/instance/stop_daemon.hpp"

#include <memory>

namespace pmactor {
namespace {

#ifdef __APPLE__
constexpr const char* service_restart = "launchctl kickstart -k gui/$UID/org.pmactor";
#else
constexpr const char* service_restart =
  "systemctl --user restart pmactor"; // root's: without --user
#endif

struct restart_options {
  std::shared_ptr<place_flags> where;
  double timeout = 10; ///< Seconds.
  bool json = false;
};

outcome restart(const restart_options& options) {
  const auto patience =
    std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>(options.timeout));
  const auto where = options.where->find();
  auto flags = *options.where;
  if (find_daemon(where).presence == daemon_presence::running)
    if (const auto before = read_launch(where)) {
      if (before->by_service_manager)
        return {exit_failed,
                std::string{"pmactor runs as a service, so nothing was stopped; restart it by `"}
                  + service_restart + "`.",
                {}};
      flags = filled_in(flags, *before);
    }
  if (const auto read = read_layered_settings(flags, false); !read.problems.empty())
    return {exit_usage,
            "Nothing was stopped, as it could not be started again: " + read.problems.front(),
            {}};
  const auto stopped = stop_daemon(where, patience);
  if (stopped.told.code != exit_fine)
    return stopped.told;
  auto started = start_daemon(flags, patience);
  started.message.insert(0, stopped.told.message + ' ');
  return started;
}

} // namespace

void add_restart(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<restart_options>();
  auto* verb = program.add_subcommand(
    "restart", "End the daemon, if it runs, and start it again with the options that it had");
  options->where = add_place_flags(*verb);
  verb
    ->add_option("--timeout", options->timeout,
                 "Seconds to wait for its end, and again for its first sample")
    ->type_name("S")
    ->check(CLI::Range(0.0, 3600.0))
    ->capture_default_str();
  verb->add_flag("--json", options->json, "Write JSON");
  verb->callback(
    [options, &chosen] { chosen = [options] { return tell(restart(*options), options->json); }; });
}

} // namespace pmactor
