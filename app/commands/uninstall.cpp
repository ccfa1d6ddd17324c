#include "app/commands/commands.hpp"

#include "app/command_line/confirmed.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/stop_daemon.hpp"
#include "app/service/gather_request.hpp"
#include "app/service/remove_made.hpp"
#include "app/service/take_steps.hpp"
#include "app/views/escape.hpp"

#include <chrono>
#include <iostream>
#include <memory>
#include <system_error>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

struct uninstall_options {
  std::shared_ptr<place_flags> where;
  bool system = false, keep_data = false, dry_run = false, yes = false;
};

/// Removes what the daemon made in its folders; whatever else lies there, and then the folder,
/// stays.
void remove_data(const places& where) {
  remove_made(made_folder::data, where.data);
  remove_made(made_folder::log, where.log);
  remove_made(made_folder::runtime, where.runtime);
  std::error_code ignored;
  for (const auto& folder : {where.log, where.runtime, where.data})
    if (fs::remove(folder, ignored))
      std::cout << "removed " << escaped(folder.string()) << '\n';
    else if (fs::exists(folder, ignored))
      std::cout << "kept " << escaped(folder.string()) << ", which holds other things\n";
}

/// @returns false only if it is known that no daemon of this folder runs.
bool may_run(const places& where) {
  const auto found = look_for_daemon(where).presence;
  return found == daemon_presence::running || found == daemon_presence::unknown;
}

int uninstall(const uninstall_options& options) {
  const auto request = gather_request(options.system, *options.where);
  const auto steps = plan_removal(request);
  const auto where = options.where->find();
  std::cout << (options.dry_run ? "Uninstalling would\n" : "Uninstalling will\n");
  for (const auto& x : steps)
    std::cout << "  " << shown_step(x);
  if (may_run(where))
    std::cout << "  stop   the daemon\n";
  if (options.keep_data)
    std::cout << "  keep   the data in " << escaped(where.data.string()) << '\n';
  else
    std::cout << "  delete the history, the events and the log in " << escaped(where.data.string())
              << " and " << escaped(where.log.string()) << ", for ever\n";
  if (std::error_code unknown; fs::exists(where.settings, unknown))
    std::cout << "  keep   the settings in " << escaped(where.settings.string()) << ", which are yours\n";
  std::cout << std::flush;
  if (const auto idle = manager_warning(request, true); !idle.empty())
    std::cerr << "pmactor: Warning: " << escaped(idle) << '\n';
  if (options.dry_run)
    return exit_fine;
  if (!options.yes && !confirmed("Do that?"))
    return exit_usage;
  for (const auto& x : steps)
    take_step(x);
  // Also where the data stay: it may run without a service, or have been started beside it.
  const auto stopped = stop_daemon(where, std::chrono::seconds{5});
  const bool is_in_order = stopped.result.code == exit_fine;
  if (!is_in_order && !stopped.stopped)
    return report_outcome(stopped.result, false);
  if (options.keep_data && !is_in_order) // of data that are removed, none is missed
    report_outcome(stopped.result, false);
  if (!options.keep_data)
    remove_data(where);
  std::cout << "pmactor is uninstalled.\n";
  return options.keep_data ? stopped.result.code : exit_fine;
}

} // namespace

void add_uninstall(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<uninstall_options>();
  auto* verb = program.add_subcommand("uninstall", "Remove the service, and what the daemon kept");
  options->where = add_place_flags(*verb);
  verb->add_flag("--system", options->system, "The one of the whole machine; needs root");
  verb->add_flag("--keep-data", options->keep_data, "Keep the history, the events and the log");
  verb->add_flag("--dry-run", options->dry_run, "Only show what would be removed and run");
  verb->add_flag("-y,--yes", options->yes, "Do not ask");
  run_when_chosen(*verb, chosen, options, uninstall);
}

} // namespace pmactor
