#include "app/commands/commands.hpp"

#include "app/views/escape.hpp"
#include "app/settings/jobs.hpp"
#include "app/instance/stop_daemon.hpp"
#include "app/service/take_steps.hpp"

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

/// Removes what the daemon made in its folders, by name; whatever else lies there, and then the
/// folder, stays.
void remove_data(const places& where) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"})
    fs::remove(where.database().string() + suffix, ignored);
  fs::remove_all(where.data / "events", ignored);
  fs::remove(where.data / "runtime", ignored);
  fs::remove(where.lock_file(), ignored);
  for (const auto& entry : fs::directory_iterator(where.log, ignored)) {
    const auto name = entry.path().filename().string();
    if (name == "pmactor.err" || (name.starts_with("pmactor.") && name.ends_with(".log")))
      fs::remove(entry.path(), ignored);
  }
  fs::remove(switch_file(where, switch_scope::kept), ignored);
  for (const auto& file :
       {where.health_page(), where.runtime / "launch", where.runtime / "jobs.toml"})
    fs::remove(file, ignored);
  for (const auto& folder : {where.log, where.runtime, where.data})
    if (fs::remove(folder, ignored))
      std::cout << "removed " << escaped(folder.string()) << '\n';
    else if (fs::exists(folder, ignored))
      std::cout << "kept " << escaped(folder.string()) << ", which holds other things\n";
}

int uninstall(const uninstall_options& options) {
  const auto steps = plan_removal(request_here(options.system, *options.where));
  const auto where = options.where->find();
  std::cout << (options.dry_run ? "Uninstalling would\n" : "Uninstalling will\n");
  for (const auto& x : steps)
    std::cout << "  " << shown_step(x);
  if (options.keep_data)
    std::cout << "  keep   the data in " << escaped(where.data.string()) << '\n';
  else
    std::cout << "  stop   the daemon\n  delete the history, the events and the log in "
              << escaped(where.data.string()) << " and " << escaped(where.log.string())
              << ", for ever\n";
  std::cout << std::flush;
  if (options.dry_run)
    return exit_fine;
  if (!options.yes && !confirmed("Do that?"))
    return exit_usage;
  for (const auto& x : steps)
    take_step(x);
  if (!options.keep_data) {
    const auto stopped = stop_daemon(where, std::chrono::seconds{5});
    if (stopped.result.code != exit_fine && !stopped.stopped) // else whatever is lost was to be removed
      return report_outcome(stopped.result, false);
    remove_data(where);
  }
  std::cout << "pmactor is uninstalled.\n";
  return exit_fine;
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
