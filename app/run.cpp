#include "app/run.hpp"

#include "app/daemon.hpp"
#include "app/escape.hpp"
#include "app/lock_folder.hpp"
#include "app/log_file.hpp"
#include "app/read_settings.hpp"
#include "app/spare_memory.hpp"

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>

namespace pmactor {
namespace {

struct run_options {
  std::string data, config;
  std::uint32_t drill_ms = 0, drill_seed = 0;
};

int run(const run_options& asked) {
  block_signals();
  spare_memory();
  place_options named;
  if (!asked.config.empty())
    named.settings = asked.config;
  if (!asked.data.empty())
    named.data = canonical_folder(asked.data);
  daemon_options options;
  options.where = find_places(look_around(), named);
  auto read = read_settings(options.where.settings, options.where.settings_named);
  if (!read.problems.empty()) {
    for (const auto& x : read.problems)
      std::cerr << "pmactor: " << x << '\n';
    std::cerr << "pmactor: nothing was started; mend the settings and try again.\n";
    return exit_usage;
  }
  options.conf = std::move(read.values);
  options.drill_every = std::chrono::milliseconds{asked.drill_ms};
  options.drill_seed = asked.drill_seed;
  make_folders(options.where);
  const auto lock = lock_folder(options.where.data);
  if (!lock) {
    std::cerr << "pmactor: A daemon already runs with the data in "
              << escaped(options.where.data.string())
              << "; it goes on untouched. `pmactor inspect` shows it; to run a second one give it data "
                 "of its own with --data.\n";
    return exit_failed;
  }
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  log_file log{options.where.log_file(), options.conf.log, terminal};
  std::cout << "pmactor " PMACTOR_VERSION " watches this machine; it ends with Ctrl-C or SIGTERM.\n"
            << "  history  " << escaped(options.where.database().string()) << '\n'
            << "  log      " << escaped(options.where.log_file().string()) << '\n'
            << "  health   pmactor inspect"
            << (asked.data.empty() ? std::string{} : " --data " + escaped(asked.data)) << '\n'
            << std::flush;
  const auto code = run_daemon(options);
  // A disk or terminal that takes no more lines would hold up exit() too, for as long as it is stuck.
  if (!log.drain())
    std::_Exit(code);
  return code;
}

} // namespace

void add_run(CLI::App& program, command& chosen) {
  auto asked = std::make_shared<run_options>();
  auto* verb = program.add_subcommand("run", "Watch this machine, in the foreground");
  verb->add_option("--data", asked->data, "Keep everything in this folder")->type_name("DIR");
  verb->add_option("--config", asked->config, "Take the settings from this file")->type_name("FILE");
  verb
    ->add_option("--drill", asked->drill_ms,
                 "Fail a random actor this often, on purpose, to prove that nothing is lost")
    ->type_name("MS")
    ->check(CLI::Range(10, 3'600'000));
  verb->add_option("--drill-seed", asked->drill_seed, "Choose the drills by this seed")->type_name("N");
  verb->callback([&chosen, asked] { chosen = [asked] { return run(*asked); }; });
}

} // namespace pmactor
