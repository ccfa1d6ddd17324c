#include "app/commands/commands.hpp"

#include "app/command_line/place_flags.hpp"
#include "app/export/gather_metrics.hpp"
#include "app/instance/launch.hpp"
#include "app/settings/override_settings.hpp"
#include "app/views/escape.hpp"

#include <iostream>

namespace pmactor {
namespace {

struct metrics_options {
  std::shared_ptr<place_flags> where;
  bool openmetrics = false;
};

int metrics(const metrics_options& options) {
  const auto read = read_layered_settings(as_the_daemon(*options.where));
  if (!read.problems.empty()) {
    for (const auto& x : read.problems)
      std::cerr << "pmactor: " << escaped(x) << '\n';
    return exit_usage;
  }
  metrics_source source{options.where->find(), read.values.exporter.labels};
  std::cout << source.read(options.openmetrics ? exposition_format::openmetrics : exposition_format::prometheus)
            << std::flush;
  if (source.trouble().empty())
    return exit_fine;
  std::cerr << "pmactor: " << escaped(source.trouble()) << " What it would say is left out.\n";
  return exit_failed;
}

} // namespace

void add_metrics(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<metrics_options>();
  auto* verb = program.add_subcommand("metrics", "Write metrics as Prometheus reads them");
  options->where = add_place_flags(*verb);
  verb->add_flag("--openmetrics", options->openmetrics,
                 "In the newer form, in which a count names the newest event behind it");
  verb->footer("Exit codes: 0 all was written, 1 there is no history that can be read: the rest was written.");
  run_when_chosen(*verb, chosen, options, metrics);
}

} // namespace pmactor
