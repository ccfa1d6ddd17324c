#include "app/command_line/command_line.hpp"

#include "app/commands/commands.hpp"
#include "app/command_line/help_format.hpp"

namespace pmactor {

void add_commands(CLI::App& program, command& chosen) {
  program.name("pmactor");
  program.set_version_flag("--version", "pmactor " PMACTOR_VERSION);
  program.require_subcommand(1);
  add_calibrate(program, chosen);
  add_config(program, chosen);
  add_disable(program, chosen);
  add_enable(program, chosen);
  add_events(program, chosen);
  add_history(program, chosen);
  add_inspect(program, chosen);
  add_install(program, chosen);
  add_logs(program, chosen);
  add_notify(program, chosen);
  add_prune(program, chosen);
  add_reload(program, chosen);
  add_replay(program, chosen);
  add_report(program, chosen);
  add_restart(program, chosen);
  add_run(program, chosen);
  add_sample(program, chosen);
  add_selftest(program, chosen);
  add_start(program, chosen);
  add_status(program, chosen);
  add_stop(program, chosen);
  add_uninstall(program, chosen);
  format_help(program);
}

} // namespace pmactor
