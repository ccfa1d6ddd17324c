#include "app/commands/commands.hpp"

#include "app/command_line/confirmed.hpp"
#include "app/service/gather_request.hpp"
#include "app/service/take_steps.hpp"
#include "app/views/escape.hpp"

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace pmactor {
namespace {

struct install_options {
  std::shared_ptr<place_flags> where;
  bool system = false, dry_run = false, yes = false, no_start = false, verbose = false;
};

int install(const install_options& options) {
  auto request = gather_request(options.system, *options.where);
  request.start = !options.no_start;
  const auto steps = plan_installation(request);
  std::cout << (options.dry_run ? "Installing would\n" : "Installing will\n");
  for (const auto& x : steps)
    std::cout << "  " << shown_step(x);
  std::string contents;
  for (const auto& x : steps)
    if (const auto text = shown_content(x); !text.empty())
      contents += '\n' + text;
  if (options.verbose)
    std::cout << contents << '\n';
  else if (!contents.empty())
    std::cout << "--verbose shows what the files will hold.\n";
  std::cout << std::flush;
  for (const auto& x : list_warnings(request))
    std::cerr << "pmactor: Warning: " << escaped(x) << '\n';
  if (options.dry_run)
    return exit_fine;
  if (!options.yes && !confirmed("Do that?"))
    return exit_usage;
  for (const auto& x : steps)
    take_step(x);
  std::cout << "pmactor is installed" << (request.start ? " and runs" : "")
            << ". `pmactor status` shows it, `pmactor uninstall` takes it back.\n";
  return exit_fine;
}

} // namespace

void add_install(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<install_options>();
  auto* verb = program.add_subcommand(
    "install", "Make the daemon a service that is there after each boot or login");
  options->where = add_place_flags(*verb);
  verb->add_flag("--system", options->system, "For the whole machine; needs root");
  verb->add_flag("--dry-run", options->dry_run, "Only show what would be written and run");
  verb->add_flag("-v,--verbose", options->verbose, "Show also what the files will hold");
  verb->add_flag("-y,--yes", options->yes, "Do not ask");
  verb->add_flag("--no-start", options->no_start, "Only write the files");
  run_when_chosen(*verb, chosen, options, install);
}

} // namespace pmactor
