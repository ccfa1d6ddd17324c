#include "app/commands/commands.hpp"

#include "actors/host/load_program.hpp"
#include "app/daemon.hpp"
#include "app/views/escape.hpp"
#include "app/settings/jobs.hpp"
#include "app/instance/launch.hpp"
#include "app/instance/lock_folder.hpp"
#include "app/instance/log_file.hpp"
#include "app/settings/override_settings.hpp"
#include "app/instance/pid_file.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/instance/readiness.hpp"
#include "app/instance/require_threads.hpp"
#include "app/instance/runtime_files.hpp"
#include "app/instance/spare_memory.hpp"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

struct run_options {
  std::shared_ptr<place_flags> where;
  std::uint32_t drill_ms = 0, drill_seed = 0;
};

/// Tries to lock something until it is certain that a daemon has it. A command that looks whether the
/// lock is held, or clears away what a dead daemon left, holds it for a moment.
template <class Lock>
auto insist(Lock lock, const places& where) {
  constexpr std::chrono::milliseconds patience{2000}, between{5};
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto result = lock();
    if (result || std::chrono::steady_clock::now() >= until
        || find_daemon(where).presence == daemon_presence::running)
      return result;
    std::this_thread::sleep_for(between);
  }
}

int refuse(const places& where) {
  const auto found = find_daemon(where);
  const auto name =
    found.daemon ? " as process " + std::to_string(found.daemon->pid) : std::string{};
  std::cerr
    << "pmactor: A daemon already runs with the data in " << escaped(where.data.string()) << name
    << "; it goes on untouched. `pmactor inspect` shows it; to run a second one give it data "
       "of its own with --data.\n";
  return exit_failed;
}

int run(const run_options& asked) {
  block_signals();
  spare_memory();
  load_program();
  require_threads(threads_of_daemon);
  daemon_options options;
  options.where = asked.where->find();
  auto read = read_layered_settings(*asked.where, false);
  if (!read.problems.empty()) {
    for (const auto& x : read.problems)
      std::cerr << "pmactor: " << x << '\n';
    std::cerr << "pmactor: nothing was started; mend the settings and try again.\n";
    return exit_usage;
  }
  options.conf = std::move(read.values);
  options.read_settings = [&asked] { return read_layered_settings(*asked.where); };
  options.drill_every = std::chrono::milliseconds{asked.drill_ms};
  options.drill_seed = asked.drill_seed;
  make_folders(options.where);
  const auto lock = insist([&options] { return lock_folder(options.where.data); }, options.where);
  if (!lock)
    return refuse(options.where);
  auto claim = insist([&options] { return pid_file::claim(options.where.pid_file()); }, options.where);
  if (!claim)
    return refuse(options.where);
  link_runtime_folder(options.where);
  // What was switched until the daemon ends, was so for another one.
  std::error_code none;
  std::filesystem::remove(switch_file(options.where, switch_scope::passing), none);
  note_launch(options.where, *asked.where);
  readiness starter{options.where.log / "pmactor.err"};
  options.starter = &starter;
  runtime_files files{options.where,
                      std::move(*claim),
                      {launch_note(options.where), switch_file(options.where, switch_scope::passing)}};
  options.files = &files;
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  log_file log{options.where.log_file(), options.conf.log, terminal};
  options.settings_taken = [&log](const settings& x) { log.follow(x.log); };
  std::cout << "pmactor " PMACTOR_VERSION " watches this machine; it ends with Ctrl-C or SIGTERM.\n"
            << "  history  " << escaped(options.where.database().string()) << '\n'
            << "  log      " << escaped(options.where.log_file().string()) << '\n'
            << "  health   pmactor inspect"
            << (options.where.data_named ? " --data " + escaped(options.where.data.string()) : "")
            << '\n'
            << std::flush;
  const auto code = run_daemon(options);
  // A disk or terminal that takes no more lines would hold up exit() too, for as long as it is
  // stuck.
  if (!log.drain()) {
    files.remove_pid_file();
    std::_Exit(code);
  }
  return code;
}

} // namespace

void add_run(CLI::App& program, command& chosen) {
  auto asked = std::make_shared<run_options>();
  auto* verb = program.add_subcommand("run", "Watch this machine, in the foreground");
  asked->where = add_place_flags(*verb);
  verb
    ->add_option("--drill", asked->drill_ms,
                 "Fail a random actor this often, on purpose, to prove that nothing is lost")
    ->type_name("MS")
    ->check(CLI::Range(10, 3'600'000));
  verb->add_option("--drill-seed", asked->drill_seed, "Choose the drills by this seed")
    ->type_name("N");
  verb->callback([&chosen, asked] { chosen = [asked] { return run(*asked); }; });
}

} // namespace pmactor
