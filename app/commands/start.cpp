#include "app/commands/commands.hpp"

#include "app/instance/start_daemon.hpp"

#include <memory>

namespace pmactor {
namespace {

struct start_options {
  std::shared_ptr<place_flags> where;
  double timeout = 10; ///< Seconds.
  bool json = false;
};

} // namespace

void add_start(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<start_options>();
  auto* verb = program.add_subcommand("start", "Start the daemon in the background");
  options->where = add_place_flags(*verb);
  verb->add_option("--timeout", options->timeout, "Seconds to wait for its first sample")
    ->type_name("S")
    ->check(CLI::Range(0.0, 3600.0))
    ->capture_default_str();
  verb->add_flag("--json", options->json, "Write JSON");
  verb->footer("Exit codes: 0 it runs, and has stored a sample; 1 it does not, or not yet.");
  verb->callback([options, &chosen] {
    chosen = [options] {
      const auto patience = std::chrono::round<std::chrono::milliseconds>(
        std::chrono::duration<double>(options->timeout));
      return tell(start_daemon(*options->where, patience), options->json);
    };
  });
}

} // namespace pmactor
