#include "app/commands/commands.hpp"

#include "actors/host/clean_start.hpp"
#include "actors/host/file_limit.hpp"
#include "actors/host/load_program.hpp"
#include "actors/host/own_program.hpp"
#include "actors/host/send_journal.hpp"
#include "actors/host/start_process.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/command_line/numbers.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/daemon.hpp"
#include "app/instance/launch.hpp"
#include "app/instance/log_file.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/readiness.hpp"
#include "app/instance/require_threads.hpp"
#include "app/instance/runtime_files.hpp"
#include "app/settings/job_switches.hpp"
#include "app/settings/override_settings.hpp"
#include "app/views/escape.hpp"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

struct run_options {
  std::shared_ptr<place_flags> where;
  std::uint32_t drill_ms = 0, drill_seed = 0;
};

/// A command that looks whether the file is held, or clears away what a dead daemon left, holds it
/// for a moment: it is tried again until a daemon is seen to have it, for up to two seconds.
std::optional<pid_file> claim(const std::filesystem::path& file) {
  constexpr std::chrono::milliseconds patience{2000}, between{5};
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto result = pid_file::claim(file);
    if (result || std::chrono::steady_clock::now() >= until)
      return result;
    const auto seen = look_at_pid_file(file);
    if (!seen.content.empty() && judge_pid_file(seen).presence == daemon_presence::running)
      return result;
    std::this_thread::sleep_for(between);
  }
}

int refuse(const places& where) {
  const auto found = look_for_daemon(where);
  std::cerr << "pmactor: ";
  if (found.daemon)
    std::cerr << "A daemon already runs with the data in " << escaped(where.data.string())
              << " as process " << found.daemon->pid
              << "; it goes on untouched. `pmactor inspect` shows it; ";
  else
    std::cerr << escaped(found.sentence) << " Nothing was started; ";
  std::cerr << "to run a second one give it data of its own with --data.\n";
  return exit_failed;
}

/// Something else in the place of the history, that no later attempt can make use of, is the user's mistake.
/// @throws storage_problem.
void refuse_special_file(const places& where) {
  std::error_code unknown;
  if (std::filesystem::exists(where.database(), unknown) && !unknown)
    require_history_file(where.database());
}

/// @returns what a person types to run this program: its name where the shell finds it, else its path.
std::string own_call() {
  const auto program = own_program();
  const auto* path = std::getenv("PATH");
  std::error_code failed;
  if (path != nullptr && std::filesystem::equivalent(find_program("pmactor", path), program, failed))
    return "pmactor";
  const auto here = std::filesystem::current_path(failed);
  const auto relative = failed ? std::filesystem::path{} : program.lexically_relative(here);
  return relative.empty() || relative.native().starts_with("..") ? program.string() : relative.string();
}

/// What `pmactor start` starts shows its log by `pmactor logs` alone: its stderr ends up in a file.
log_echo choose_echo(const readiness& starter) {
  if (starter.has_starter())
    return log_echo::none;
  if (::isatty(STDERR_FILENO) == 1)
    return log_echo::terminal;
  return stderr_is_journal() ? log_echo::journal : log_echo::plain;
}

int run(const run_options& asked) {
  load_program();
  require_threads(threads_of_daemon);
  constexpr std::size_t plenty_of_files = 16384;
  raise_file_limit(plenty_of_files);
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
  const auto lock = claim(options.where.lock_file());
  refuse_special_file(options.where);
  // Only now: a data folder on a disk that does not answer was met above, where any signal still ends the process.
  block_signals();
  auto name = lock ? claim(options.where.pid_file()) : std::nullopt;
  if (!name)
    return refuse(options.where);
  link_runtime_folder(options.where);
  // What was switched until the daemon ends, was so for another one.
  std::error_code none;
  std::filesystem::remove(switch_file(options.where, switch_scope::passing), none);
  note_launch(options.where, *asked.where);
  readiness starter{options.where.log / "pmactor.err"};
  options.starter = &starter;
  runtime_files files{options.where,
                      std::move(*name),
                      {launch_note(options.where), switch_file(options.where, switch_scope::passing)}};
  options.files = &files;
  const auto echo = choose_echo(starter);
  options.log_is_in_journal = echo == log_echo::journal;
  log_file log{options.where.log_file(), options.conf.log, echo};
  options.settings_taken = [&log](const settings& x) { log.follow(x.log); };
  options.log_trouble = [&log] { return log.trouble(); };
  std::cout << "pmactor " PMACTOR_VERSION " watches this machine; it ends with Ctrl-C or SIGTERM.\n"
            << "  history  " << escaped(options.where.database().string()) << '\n'
            << "  log      " << escaped(options.where.log_file().string()) << '\n'
            << "  health   " << escaped(own_call()) << " inspect"
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
    ->check(whole_number(10, 3'600'000));
  verb->add_option("--drill-seed", asked->drill_seed, "Choose the drills by this seed")
    ->type_name("N")
    ->check(whole_number(0, 0xffffffff));
  verb->footer("Exit codes: 0 it was asked to end, 3 likewise, but something was lost by that, 1 it could not go on, "
               "2 it was called wrongly.");
  run_when_chosen(*verb, chosen, asked, run);
}

} // namespace pmactor
