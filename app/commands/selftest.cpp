#include "app/commands/commands.hpp"

#include "app/command_line/numbers.hpp"
#include "app/selftest/rest.hpp"
#include "app/selftest/run_selftest.hpp"
#include "app/views/escape.hpp"

#include <iostream>
#include <memory>
#include <unistd.h>

namespace pmactor {
namespace {

/// @returns what shows the progress: one line that changes on a terminal, else a line a kind.
selftest_progress progress_on_stderr() {
  if (::isatty(STDERR_FILENO) == 1)
    return [](const std::string& what, int done, int all) {
      std::cerr << "\r\033[K" << what;
      if (all > 0)
        std::cerr << ' ' << done << " of " << all;
      std::cerr << std::flush;
    };
  return [last = std::string{}](const std::string& what, int, int all) mutable {
    if (what != last)
      std::cerr << what << (all > 0 ? ", " + std::to_string(all) + " times" : "") << '\n';
    last = what;
  };
}

int show_selftest(const selftest_options& asked) {
  note_interrupts();
  try {
    const auto progress = progress_on_stderr();
    const auto result = run_selftest(asked, progress);
    if (::isatty(STDERR_FILENO) == 1)
      progress("", 0, 0);
    if (asked.json) {
      std::cout << selftest_json(result.score) << '\n';
    } else {
      std::cout << selftest_report(result.score);
      for (const auto& [kind, why] : result.skipped)
        std::cout << "Skipped " << kind << ": " << why << ".\n";
    }
    if (asked.keep)
      std::cerr << "The daemon's data is kept in " << result.folder << ".\n";
    return result.score.good() ? exit_fine : exit_failed;
  } catch (const selftest_interrupted& by) {
    std::cerr << "\npmactor: the self-test was interrupted; all is as it was before.\n";
    return 128 + by.signal;
  } catch (const std::exception& problem) {
    std::cerr << "\npmactor: " << escaped(problem.what()) << '\n';
    return exit_failed;
  }
}

} // namespace

void add_selftest(CLI::App& program, command& chosen) {
  auto asked = std::make_shared<selftest_options>();
  auto* verb = program.add_subcommand(
    "selftest", "Give a private daemon real pauses and stalls of known length and see what it makes of them");
  verb->add_flag("--quick", asked->quick, "Be done in about a minute");
  verb->add_option("--only", asked->only, "Only these kinds")
    ->delimiter(',')
    ->check(CLI::IsMember(selftest_kinds()));
  verb->add_option("--count", asked->count, "How many pauses of each kind")
    ->type_name("N")
    ->check(whole_number(1, 10'000));
  verb->add_option("--longest", asked->longest, "Seconds of the longest stop or freeze")
    ->type_name("S")
    ->check(real_number(0.3, 100));
  verb
    ->add_option(
      "--watch", asked->watch,
      "Inflict nothing, and for so many seconds compare the daemon with an observer of the "
      "highest priority, under whatever load there is")
    ->type_name("S")
    ->check(real_number(1, 86'400));
  verb->add_option("--seed", asked->seed, "Choose lengths and moments by this seed")
    ->type_name("N")
    ->check(whole_number(0, 0xffffffff))
    ->capture_default_str();
  verb->add_flag(
    "--without-recorder", asked->without_recorder,
    "Switch the recorder of the private daemon off: lengths are then known to a beat only");
  verb->add_flag("--json", asked->json, "Write the score as JSON");
  verb->add_flag("--keep", asked->keep, "Keep the private daemon's data");
  verb->callback([&chosen, asked] { chosen = [asked] { return show_selftest(*asked); }; });
}

} // namespace pmactor
