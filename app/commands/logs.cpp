#include "app/commands/commands.hpp"

#include "actors/host/explain_rights.hpp"
#include "app/command_line/numbers.hpp"
#include "app/command_line/parse_moment.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/command_line/time_range.hpp"
#include "app/instance/find_others.hpp"
#include "app/instance/read_log.hpp"
#include "app/views/escape.hpp"
#include "app/views/json_form.hpp"
#include "app/views/terminal.hpp"
#include "messages/words.hpp"

#include <chrono>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

struct logs_options {
  std::shared_ptr<place_flags> where;
  std::size_t lines = 10;
  bool lines_named = false, follow = false, json = false;
  std::string since, level, component, event;
};

/// @returns the line as a JSON document.
std::string json_line(std::string_view line) {
  auto result = begin_json();
  const auto record = parse_log_line(line);
  put_moment(result, "timestamp", record ? std::optional{record->wall} : std::nullopt);
  if (record)
    result.update({{"level", to_string(record->level)},
                   {"component", record->component},
                   {"event", record->event},
                   {"message", record->sentence}});
  else
    result["text"] = line;
  return dumped(result, false);
}

/// @returns the colour of a line by its level.
paint paint_of(std::string_view line, const text_style& style) {
  const auto record = style.colour ? parse_log_line(line) : std::nullopt;
  if (!record || record->level < log_level::warning)
    return paint::plain;
  return record->level == log_level::error ? paint::red : paint::yellow;
}

/// A name by which lines are chosen.
struct name_filter {
  std::string name;                       ///< As asked for; empty if it was not.
  std::string log_filter::* asked;
  std::string_view log_record::* written; ///< Where a line has its own.
};

/// @returns the names that the log has lines of, to say when there is none of the one that was asked for; not all
/// of a foreign file.
std::string names_of(const log_snapshot& snapshot, const name_filter& x) {
  constexpr std::size_t most = 40;
  std::set<std::string> names;
  snapshot.all_lines({}, [&names, &x](std::string_view line) {
    if (const auto record = parse_log_line(line); record && names.size() < most)
      names.insert(escaped((*record).*x.written));
  });
  return joined({names.begin(), names.end()});
}

bool is_there(const log_snapshot& snapshot, const name_filter& x) {
  log_filter filter;
  filter.*x.asked = x.name;
  return x.name.empty() || !snapshot.last_lines(1, filter).empty();
}

int show_logs(const logs_options& options) {
  log_filter filter;
  filter.component = options.component;
  filter.event = options.event;
  if (!options.level.empty())
    filter.level = parse_log_level(options.level);
  if (!options.since.empty())
    filter.since = moment_of("--since", options.since, std::chrono::system_clock::now().time_since_epoch());
  const auto where = options.where->find();
  const auto file = where.log_file();
  const auto style = style_of(STDOUT_FILENO);
  bool is_empty = true;
  const line_sink show = [&](std::string_view line) {
    is_empty = false;
    if (options.json)
      std::cout << json_line(line) << '\n';
    else
      std::cout << painted(shown_line(line), paint_of(line, style), style) << '\n';
  };
  auto snapshot = std::make_unique<log_snapshot>(file);
  if (snapshot->empty() && !options.follow) {
    const auto why = explain_rights(file);
    const auto others = explain_absence(where);
    std::cerr << "pmactor logs: there is no log at " << escaped(file.string())
              << (why.empty() ? " yet; the daemon writes it once it was started." + (others.empty() ? "" : ' ' + escaped(others))
                              : " that you may read: " + escaped(why))
              << '\n';
    return exit_failed;
  }
  std::cerr << "Log: " << escaped(file.string())
            << (snapshot->empty() ? ", not written yet; waiting for it." : "") << '\n';
  if ((filter.since && !options.lines_named) || options.lines == no_limit)
    snapshot->all_lines(filter, show);
  else
    for (const auto& line : snapshot->last_lines(options.lines, filter))
      show(line);
  std::cout << std::flush;
  bool is_known = true;
  std::string why = "No line of it is as asked for.";
  // A name of which there is no line at all may be misspelt; one that the other filters leave nothing of is not.
  if (is_empty)
    for (const auto& x : {name_filter{options.component, &log_filter::component, &log_record::component},
                          name_filter{options.event, &log_filter::event, &log_record::event}})
      if (is_known && !is_there(*snapshot, x)) {
        is_known = false;
        why = "It has no line of " + escaped(x.name) + ", but of " + names_of(*snapshot, x) + '.';
      }
  if (is_empty && options.lines > 0 && !snapshot->empty())
    std::cerr << why << '\n';
  if (!is_known && !options.follow)
    return exit_failed;
  if (options.follow) {
    log_follower follower{file, *snapshot};
    snapshot.reset();
    while (std::cout) {
      follower.poll(filter, show);
      std::cout << std::flush;
      std::this_thread::sleep_for(250ms);
    }
  }
  return std::cout ? exit_fine : exit_failed;
}

} // namespace

void add_logs(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<logs_options>();
  auto* verb = program.add_subcommand("logs", "Show the daemon's log, and follow it");
  options->where = add_data_flag(*verb);
  auto* lines = add_count_option(*verb, "-n,--lines", options->lines,
                                 "How many lines, from the end, with --since all by default");
  verb->add_flag("-f,--follow", options->follow, "Go on with new lines as they come");
  verb
    ->add_option("--since", options->since,
                 std::string{"Only from this moment on, e.g. "} + moment_examples)
    ->type_name("WHEN");
  verb->add_option("--level", options->level, "Only of this level or worse")
    ->type_name("LEVEL")
    ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  verb->add_option("--component", options->component, "Only by this one, e.g. storage-writer")
    ->type_name("ROLE");
  verb->add_option("--event", options->event, "Only of this event, e.g. database-busy")
    ->type_name("ID");
  verb->add_flag("--json", options->json, "Write a JSON document a line");
  verb->callback([options, lines, &chosen] {
    options->lines_named = lines->count() > 0;
    chosen = [options] { return show_logs(*options); };
  });
}

} // namespace pmactor
