#include "app/commands/commands.hpp"

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/command_line/none_match.hpp"
#include "app/command_line/numbers.hpp"
#include "app/command_line/open_reader.hpp"
#include "app/command_line/parse_moment.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/command_line/time_range.hpp"
#include "app/command_line/usage_problem.hpp"
#include "app/explain/read_record.hpp"
#include "app/history/find_stops.hpp"
#include "app/history/glance_history.hpp"
#include "app/history/mark_rows.hpp"
#include "app/history/merge_steps.hpp"
#include "app/history/read_lead_ups.hpp"
#include "app/history/read_row_events.hpp"
#include "app/history/write_rows.hpp"
#include "app/instance/launch.hpp"
#include "app/settings/override_settings.hpp"
#include "app/views/pager.hpp"
#include "app/views/render_samples.hpp"
#include "app/views/terminal.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace pmactor {
namespace {

struct history_options : row_form {
  std::shared_ptr<place_flags> where;
  std::shared_ptr<time_range_flags> when;
  std::string at, step, database;
  double stress_above = -1;
  std::size_t lines = 20;
  bool lines_named = false, stress_named = false;

  std::filesystem::path file() const {
    return database.empty() ? where->find().database() : std::filesystem::path{database};
  }
};

/// @returns seconds from one stored sample to the next while the daemon runs, at most.
double longest_step(const history_options& options) {
  return record_policy_of(read_layered_settings(as_the_daemon(*options.where)).values).longest_step();
}

constexpr std::size_t most_between = 3; ///< Events between two rows that are shown one by one.

/// @returns how wide the lines between the rows may be; 0 where nothing is cut.
std::size_t marker_width(const text_style& style) {
  return style.is_cut ? style.width : 0;
}

double present() {
  return to_seconds(std::chrono::system_clock::now().time_since_epoch());
}

std::vector<row_event> row_events(const history_options& options, std::optional<double> since,
                                  std::optional<double> until) {
  event_reader reader{options.file()};
  return read_row_events(reader, since, until, present());
}

/// @returns what stood still at the time that was typed.
std::vector<span_event> stops_at(const history_options& options, const stretch& time) {
  event_reader reader{options.file()};
  std::vector<span_event> result;
  event_range range;
  range.ends_after = time.from;
  range.until = time.to;
  range.parts = false; // the stall has it all
  reader.events(range, [&result, now = present()](const event_row& x) {
    result.push_back(span_event_of(x, now));
    return true;
  });
  return find_stops(std::move(result), time);
}

/// The sample that is nearest to a moment, with all that was stored of it, and what stood still then.
int show_moment(history_options options, history_reader& history, double at, const stretch& named) {
  std::optional<sample_row> found;
  const auto distance = [at](const sample_row& x) { return std::abs(x.at() - at); };
  const auto consider = [&](sample_range range) {
    range.limit = 1;
    history.samples(range, [&](const sample_row& row) {
      if (!found || distance(row) < distance(*found))
        found = row;
      return true;
    });
  };
  sample_range before, after;
  before.order = after.order = sample_order::time;
  before.until = at;
  after.since = at;
  after.newest_first = false;
  consider(before);
  consider(after);
  const auto stops = stops_at(options, named);
  if (!found) {
    std::cerr << "pmactor history: nothing is stored yet.\n";
    return exit_failed;
  }
  // From how many seconds on it is worth a word that a sample is of another moment, and from how many on it says
  // nothing of that one.
  constexpr double notable = 30, too_far = 600;
  const auto off = found->at() - at;
  const auto words = to_words(std::chrono::seconds{std::llround(std::abs(off))});
  if (std::abs(off) > too_far) {
    for (const auto& x : stops)
      std::cerr << "At that time " << stop_in_words(x) << ".\n";
    std::cerr << "pmactor history: Nothing is stored of that moment; the nearest sample is of "
              << iso_time(std::chrono::seconds{std::llround(found->at())}) << ", " << words
              << (off < 0 ? " before it.\n" : " after it.\n");
    return exit_failed;
  }
  options.processes = true;
  row_writer rows{options, history, style_of(STDOUT_FILENO)};
  rows.add(*found, stops);
  const bool written = rows.end();
  if (std::abs(off) > notable)
    std::cerr << "Nothing was stored nearer to that moment: this is " << words
              << (off < 0 ? " before it.\n" : " after it.\n");
  return written ? exit_fine : exit_failed;
}

/// Goes on with samples as they are stored.
int follow(const history_options& options, history_reader& history) {
  using namespace std::chrono_literals;
  const auto now = present();
  event_reader events{options.file()};
  const auto style = style_of(STDOUT_FILENO);
  row_marker marker{{}, longest_step(options), most_between, marker_width(style)};
  row_writer rows{options, history, style};
  if (options.is_table())
    rows.mark_with(&marker);
  std::int64_t newest = 0, newest_event = -1;
  sample_range range;
  constexpr std::size_t most_at_once = 256;
  range.limit = options.lines > 0 ? options.lines : most_at_once;
  if (options.lines == 0)
    if (const auto row = history.newest())
      newest = row->id;
  if (options.stress_named)
    range.stress_above = options.stress_above;
  bool goes_on = true;
  while (goes_on) {
    std::vector<event_row> found;
    event_range latest;
    latest.limit = 64; // more do not come within a second
    latest.parts = false;
    latest.since = now - 3600;
    events.events(latest, [&](const event_row& x) {
      if (x.id > newest_event)
        found.push_back(x);
      return x.id > newest_event;
    });
    for (auto x = found.rbegin(); x != found.rend(); ++x) {
      marker.add(row_event_of(*x, now));
      newest_event = x->id;
    }
    std::vector<sample_row> fresh;
    history.samples(range, [&](const sample_row& row) {
      if (row.id > newest)
        fresh.push_back(row);
      return row.id > newest;
    });
    for (auto row = fresh.rbegin(); goes_on && row != fresh.rend(); ++row) {
      goes_on = rows.add(*row);
      newest = row->id;
    }
    goes_on = goes_on && rows.flush();
    range.limit = most_at_once;
    std::this_thread::sleep_for(500ms);
  }
  return exit_failed;
}

/// Says that no row is as asked for, and how many others there are.
void say_none(history_reader& history) {
  const auto all = history.count({});
  std::cerr << (all == 0 ? "No sample is stored yet.\n" : none_match("sample", all, "pmactor history"));
}

/// A stretch of time at a glance, on a terminal.
int glance(const history_options& options, history_reader& history, const sample_range& range) {
  struct winsize size {};
  const std::size_t lines = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
  const auto until = range.until.value_or(present());
  history_glance view{*range.since, until, lines, longest_step(options), style_of(STDOUT_FILENO)};
  auto whole = range;
  whole.newest_first = false;
  whole.order = sample_order::time;
  if (view.step() < longest_step(options))
    whole.kept = lead_ups::beside_samples;
  history.samples(whole, [&view](const sample_row& row) {
    view.add(row);
    return true;
  });
  const auto text = view.finish(row_events(options, range.since, until));
  if (text.empty())
    say_none(history);
  std::cout << text;
  return exit_fine;
}

int show_range(const history_options& options, history_reader& history) {
  sample_range range;
  const auto when = options.when->find();
  range.since = when.since;
  range.until = when.until;
  if (options.stress_named)
    range.stress_above = options.stress_above;
  std::optional<double> step;
  if (!options.step.empty()) {
    const auto span = parse_span(options.step);
    if (!span || *span < std::chrono::seconds{1})
      throw usage_problem("--step takes a span like 1m or 2h, of one second or more, not '"
                          + options.step + "'.");
    step = to_seconds(*span);
  }
  if (options.lines == 0 && options.is_table())
    return exit_fine;
  const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
  if (is_terminal && range.since && !step && options.is_table() && !options.lines_named && !options.stress_named
      && !options.processes)
    return glance(options, history, range);
  const pager long_output;
  const auto& style = long_output.style();
  row_writer rows{options, history, style};
  std::optional<row_marker> marker;
  const auto mark_from = [&](const std::optional<double>& since) {
    if (!options.is_table() || options.stress_named)
      return;
    marker.emplace(row_events(options, since, range.until),
                   std::max(step.value_or(0) * 1.5, longest_step(options)), most_between, marker_width(style));
    rows.mark_with(&*marker);
  };
  const bool bounded = options.lines != no_limit && (options.lines_named || (!range.since && !step));
  if (!step && (options.stress_named || !bounded)) { // the seconds that were kept before an event are rows as well
    range.kept = lead_ups::beside_samples;
    range.order = sample_order::time;
  }
  std::optional<double> first, last;
  const auto show = [&](const sample_row& row) {
    if (const auto time = row[sample_column::timestamp]) {
      first = first ? first : time;
      last = time;
    }
    return rows.add(row);
  };
  if (step) {
    // Steps are made of all samples of the range; of the steps, the newest are shown.
    mark_from(range.since);
    range.newest_first = false;
    // The means of longer steps would lean to what is kept densely: to those it lends its peaks alone.
    const bool is_fine = *step < longest_step(options);
    if (is_fine) {
      range.kept = lead_ups::beside_samples;
      range.order = sample_order::time;
    }
    step_merger peaks{is_fine ? std::vector<sample_row>{} : steps_of_lead_ups(history, range, *step)};
    step_summary summary{*step};
    std::vector<sample_row> kept; ///< A ring, if bounded.
    std::size_t made = 0;
    const auto take = [&](const sample_row& row) {
      if (!bounded)
        return show(row);
      if (kept.size() < options.lines)
        kept.push_back(row);
      else if (!kept.empty())
        kept[made % kept.size()] = row;
      ++made;
      return true;
    };
    history.samples(range, [&](const sample_row& row) {
      const auto done = summary.add(row);
      return !done || peaks.add(*done, take);
    });
    if (const auto done = summary.finish())
      peaks.add(*done, take);
    peaks.finish(take);
    if (!kept.empty())
      std::rotate(kept.begin(),
                  kept.begin()
                    + static_cast<std::ptrdiff_t>(made > kept.size() ? made % kept.size() : 0),
                  kept.end());
    for (const auto& row : kept)
      show(row);
  } else if (bounded) {
    range.limit = options.lines;
    std::vector<sample_row> newest;
    if (range.limit > 0)
      history.samples(range, [&](const sample_row& row) {
        newest.push_back(row);
        return true;
      });
    if (range.kept == lead_ups::left_out && range.limit > 0)
      newest = with_lead_ups(history, range, std::move(newest));
    if (!newest.empty())
      mark_from(newest.back().at());
    for (auto row = newest.rbegin(); row != newest.rend(); ++row)
      show(*row);
  } else {
    mark_from(range.since);
    range.newest_first = false;
    history.samples(range, show);
  }
  const bool written = rows.end();
  if (rows.count() == 0 && options.lines > 0)
    say_none(history);
  else if (!options.json && !options.csv && rows.count() > 2 && first && last
           && is_terminal) {
    // Drawn from the database again, not from memory: the range may be a month.
    stress_line line{*first, *last, std::max<std::size_t>(style.width, 30) - 22}; // behind its label
    auto whole = range;
    whole.since = first;
    whole.until = *last + 1;
    whole.limit = 0;
    whole.newest_first = false;
    whole.order = sample_order::time;
    whole.kept = lead_ups::beside_samples;
    history.samples(whole, [&](const sample_row& row) {
      line.add(row);
      return true;
    });
    std::cout << "\nworst stress over it: " << line.drawn(style.unicode) << '\n';
  }
  return written ? exit_fine : exit_failed;
}

int show_history(const history_options& options) {
  std::optional<std::chrono::nanoseconds> at;
  if (!options.at.empty())
    at = moment_of("--at", options.at, std::chrono::system_clock::now().time_since_epoch());
  auto history = options.database.empty() ? open_reader<history_reader>(options.where->find())
                                          : history_reader{options.database};
  if (at) {
    auto named = span_named_by(options.at, *at);
    named.to = std::min(named.to, named.from + std::chrono::minutes{1}); // of a day, its first sample
    return show_moment(options, history, to_seconds(*at), {to_seconds(named.from), to_seconds(named.to)});
  }
  return options.follow ? follow(options, history) : show_range(options, history);
}

} // namespace

void add_history(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<history_options>();
  auto* verb = program.add_subcommand("history", "Show what was stored about this machine");
  options->where = add_data_flag(*verb);
  verb->add_option("--db", options->database, "Read this database, as `pmactor replay --db` writes one")
    ->type_name("FILE")
    ->excludes("--data");
  options->when = add_range_flags(*verb, "samples");
  verb->add_option("--at", options->at, "The sample nearest to this moment, with its processes, and what stood still then")
    ->type_name("WHEN")
    ->excludes("--since")
    ->excludes("--until");
  auto* stress =
    verb->add_option("--stress-above", options->stress_above, "Only with more stress than this")
      ->type_name("POINTS")
      ->check(real_number(-1, 100));
  verb
    ->add_option("--step", options->step,
                 "A line a step, e.g. 1m: the means of its samples, and the worst stress")
    ->type_name("SPAN");
  auto* lines = add_count_option(*verb, "-n,--lines", options->lines,
                                 "How many, the newest, with --since or --step all by default");
  verb->add_flag("-f,--follow", options->follow, "Go on with samples as they are stored")
    ->excludes("--at")
    ->excludes("--since")
    ->excludes("--until")
    ->excludes("--step");
  auto* processes = verb->add_flag("--processes", options->processes, "Show the processes of each");
  processes->excludes("--step");
  auto* json = verb->add_flag("--json", options->json, "Write a JSON array");
  verb->add_flag("--csv", options->csv, "Write CSV; times are Unix seconds")
    ->excludes(json)
    ->excludes(processes);
  verb->callback([options, lines, stress, &chosen] {
    options->lines_named = lines->count() > 0;
    options->stress_named = stress->count() > 0;
    chosen = [options] { return show_history(*options); };
  });
}

} // namespace pmactor
