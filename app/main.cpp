// Reads the command line and hands over to the subcommand.
#include "actors/host/clean_start.hpp"
#include "actors/host/expendable_thread.hpp"
#include "actors/host/load_program.hpp"
#include "actors/host/tune_heap.hpp"
#include "app/command_line/command_line.hpp"
#include "app/command_line/complain.hpp"
#include "app/command_line/help_format.hpp"
#include "app/command_line/usage_problem.hpp"
#include "app/instance/readiness.hpp"
#include "app/views/escape.hpp"
#include "app/web/listen.hpp"

#include <commit.inc>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace pmactor {
namespace {

/// @returns the descriptors that our starter meant for us: the pipe on which `start` waits, the sockets of a
/// service that systemd opened for us (sd_listen_fds(3)), files that the command line names by their
/// descriptors, as `--config <(…)` does, and the page of a witness.
std::vector<int> handed_down(int argc, char** argv) {
  std::vector<int> result;
  const auto add = [&result](std::string_view text) {
    int fd = -1;
    if (std::from_chars(text.data(), text.data() + text.size(), fd).ec == std::errc{})
      result.push_back(fd);
  };
  if (const auto* ready = std::getenv(ready_variable))
    add(ready);
  if (argc > 2 && argv[1] == std::string_view{"witness"})
    add(argv[2]);
  for (int i = 0; i < web::count_inherited_sockets(); ++i)
    result.push_back(web::first_inherited_socket + i);
  for (int i = 1; i < argc; ++i)
    for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"})
      if (const auto at = std::string_view{argv[i]}.find(folder); at != std::string_view::npos)
        add(std::string_view{argv[i]}.substr(at + folder.size()));
  return result;
}

/// @returns the version, with the commit that it was built from where that is known.
std::string version() {
  const std::string commit = PMACTOR_COMMIT;
  return PMACTOR_VERSION + (commit.empty() ? "" : " (" + commit + ')');
}

/// Whether a subcommand runs until it is ended, and is another's child perhaps.
bool stays(const CLI::App& program) {
  const auto chosen = program.get_subcommands();
  return std::any_of(chosen.begin(), chosen.end(), [](const CLI::App* verb) {
    constexpr std::array<std::string_view, 4> those{"run", "sample", "serve", "witness"};
    return std::find(those.begin(), those.end(), verb->get_name()) != those.end();
  });
}

/// Holds every command to what it wrote: output that did not arrive, as the disk is full, the descriptor
/// closed or its reader gone, is no success.
/// @returns the exit code, or that of a failure in place of success.
int check_output(int code) {
  errno = 0;
  std::cout.flush(); // it writes by way of stdout, as commands that write much do themselves
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && !std::cout.bad())
    return code;
  // Of output that failed earlier the system's own word is lost. What arrived is not whole, so that a line feed more
  // spoils nothing, and brings the word again.
  if (errno == 0) {
    [[maybe_unused]] const auto sent = ::write(STDOUT_FILENO, "\n", 1);
  }
  const auto why = errno != 0 ? std::generic_category().message(errno) : "an earlier write failed";
  std::cerr << "pmactor: Cannot write all of it to the standard output: " << why
            << ". Make room, or write to somewhere else.\n";
  return code == exit_fine ? exit_failed : code;
}

int main_checked(int argc, char** argv) {
  auto all = std::make_unique<CLI::App>("Notices every freeze of this machine, says why, and keeps the evidence.");
  auto& program = *all;
  command chosen;
  add_commands(program, chosen, version());
  try {
    program.parse(argc, argv);
  } catch (const CLI::RequiredError& e) {
    // A line that ends where a command must follow asks which there are.
    if (const auto* app = command_without_part(program)) {
      std::cout << app->get_formatter()->make_help(app, full_name(*app), CLI::AppFormatMode::Normal);
      return check_output(exit_fine);
    }
    return check_output(program.exit(e) == 0 ? exit_fine : exit_usage);
  } catch (const CLI::ParseError& e) {
    return check_output(program.exit(e) == 0 ? exit_fine : exit_usage);
  }
  if (stays(program)) {
    settle(handed_down(argc, argv));
    all.reset(); // what every command takes: some 0.4 MB, which are of no more use
    bound_heap();
    release_program();
  }
  try {
    return check_output(chosen());
  } catch (const usage_problem& e) {
    std::cout.flush();
    std::cerr << "pmactor: " << escaped(e.what()) << '\n';
    return exit_usage;
  }
}

} // namespace
} // namespace pmactor

int main(int argc, char** argv) {
  pmactor::clean_start();
  try {
    return pmactor::end_process(pmactor::main_checked(argc, argv));
  } catch (const std::exception& e) {
    std::cerr << "pmactor: " << pmactor::escaped(e.what()) << '\n';
    return pmactor::end_process(pmactor::exit_failed);
  }
}
