#include "app/commands/commands.hpp"

#include "app/command_line/open_reader.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/command_line/time_range.hpp"
#include "app/patterns/read_patterns.hpp"
#include "app/patterns/render_patterns.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>

namespace pmactor {
namespace {

struct patterns_options {
  std::shared_ptr<place_flags> where;
  std::string since = "30d";
  bool json = false;
};

int show(const patterns_options& options) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto since = read_range({"--since", options.since}, {}, now, true).since;
  auto events = open_reader<event_reader>(options.where->find());
  const auto found = find_patterns(read_past_events(events, since, std::nullopt));
  if (options.json)
    std::cout << patterns_json(found) << '\n';
  else
    std::cout << render_patterns(found, to_seconds(now), style_of(STDOUT_FILENO));
  return exit_fine;
}

} // namespace

void add_patterns(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<patterns_options>();
  auto* verb =
    program.add_subcommand("patterns", "Show what repeats: which events, caused by what, at what time");
  options->where = add_data_flag(*verb);
  verb->add_option("--since", options->since, "Among events from this moment on")
    ->type_name("WHEN")
    ->capture_default_str();
  verb->add_flag("--json", options->json, "Write JSON");
  run_when_chosen(*verb, chosen, options, show);
}

} // namespace pmactor
