#include "app/commands/commands.hpp"

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/manual/complete_line.hpp"
#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/views/inspect_health.hpp"

#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace pmactor {
namespace {

/// @returns the places that the line names so far.
places named_places(const std::vector<std::string>& words) {
  place_flags flags;
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (words[i] == "--data")
      flags.data = words[i + 1];
  return flags.find();
}

std::vector<completion> newest_events(const places& where) {
  std::vector<completion> result;
  event_range range;
  range.limit = 30;
  event_reader{where.database()}.events(range, [&result](const event_row& x) {
    result.push_back({std::to_string(x.id), moment_words(x.started, "%Y-%m-%d %H:%M:%S") + ", " + x.kind + ", "
                                              + span_words(x.duration)});
    return true;
  });
  return result;
}

std::vector<completion> running_roles(const places& where) {
  std::vector<completion> result{{"daemon", ""}};
  const auto view = inspect_health(find_health_page(where));
  if (view.report)
    for (const auto& x : view.report->actors)
      if (x.phase != actor_phase::absent)
        result.push_back({x.name, ""});
  return result;
}

int complete(const CLI::App& program, const std::vector<std::string>& words) {
  try {
    completion_sources sources;
    sources.events = [&words] { return newest_events(named_places(words)); };
    sources.roles = [&words] { return running_roles(named_places(words)); };
    for (const auto& x : complete_line(program, words, sources))
      std::cout << escaped(x.word) << '\t' << escaped(x.about) << '\n';
  } catch (const std::exception&) { // without a history there is nothing to offer, and no place to say so
  }
  return exit_fine;
}

} // namespace

void add_complete(CLI::App& program, command& chosen) {
  const auto words = std::make_shared<std::vector<std::string>>();
  auto* verb = program.add_subcommand("complete", "Say what may follow on a command line");
  verb->add_option("WORD", *words, "The line behind --; the last word is being typed");
  verb->callback([&program, &chosen, words] { chosen = [&program, words] { return complete(program, *words); }; });
}

} // namespace pmactor
