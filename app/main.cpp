// Reads the command line and hands over to the subcommand.
#include "app/command.hpp"
#include "app/calibrate.hpp"
#include "app/config.hpp"
#include "app/disable.hpp"
#include "app/enable.hpp"
#include "app/escape.hpp"
#include "app/events.hpp"
#include "app/help_format.hpp"
#include "app/history.hpp"
#include "app/inspect.hpp"
#include "app/install.hpp"
#include "app/logs.hpp"
#include "app/notify.hpp"
#include "app/prune.hpp"
#include "app/reload.hpp"
#include "app/replay.hpp"
#include "app/restart.hpp"
#include "app/run.hpp"
#include "app/sample.hpp"
#include "app/selftest.hpp"
#include "app/start.hpp"
#include "app/status.hpp"
#include "app/stop.hpp"
#include "app/uninstall.hpp"

#include <exception>
#include <iostream>

namespace pmactor {
namespace {

int main_checked(int argc, char** argv) {
  CLI::App program{"Notices every freeze of this machine, says why, and keeps the evidence."};
  program.name("pmactor");
  program.set_version_flag("--version", "pmactor " PMACTOR_VERSION);
  program.require_subcommand(1);
  command chosen;
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
  add_restart(program, chosen);
  add_run(program, chosen);
  add_sample(program, chosen);
  add_selftest(program, chosen);
  add_start(program, chosen);
  add_status(program, chosen);
  add_stop(program, chosen);
  add_uninstall(program, chosen);
  format_help(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return program.exit(e) == 0 ? exit_fine : exit_usage;
  }
  return chosen();
}

} // namespace
} // namespace pmactor

int main(int argc, char** argv) {
  try {
    return pmactor::main_checked(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "pmactor: " << pmactor::escaped(e.what()) << '\n';
    return pmactor::exit_failed;
  }
}
