#include "app/commands/commands.hpp"

#include "app/command_line/place_flags.hpp"
#include "app/instance/reload_daemon.hpp"

namespace pmactor {
namespace {

struct reload_options {
  std::shared_ptr<place_flags> where;
  bool json = false;
};

int reload_settings(const reload_options& options) {
  return report_outcome(reload_daemon(options.where->find()).said, options.json);
}

} // namespace

void add_reload(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<reload_options>();
  auto* verb = program.add_subcommand(
    "reload", "Let the daemon read its settings again; if they are wrong, the old ones hold");
  options->where = add_data_flag(*verb);
  verb->add_flag("--json", options->json, "Write JSON");
  run_when_chosen(*verb, chosen, options, reload_settings);
}

} // namespace pmactor
