#include "app/commands/commands.hpp"

#include "actors/storage_writer/edit_history_sqlite.hpp"
#include "app/views/escape.hpp"
#include "app/command_line/find_event.hpp"
#include "app/command_line/parse_moment.hpp"
#include "app/instance/places.hpp"
#include "app/patterns/read_patterns.hpp"
#include "app/patterns/show_patterns.hpp"
#include "app/views/event_values.hpp"
#include "app/views/list_event_files.hpp"
#include "app/views/pager.hpp"
#include "app/views/show_event.hpp"
#include "messages/pause.hpp"

#include <chrono>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <thread>

namespace pmactor {
namespace {

struct events_options {
  std::string data, config, since, until, at, kind, cause, least;
  std::size_t limit = 20;
  bool json = false, csv = false, parts = false, follow = false;
  std::string event, status, text;
};

places where(const events_options& asked) {
  place_options named;
  if (!asked.config.empty())
    named.settings = asked.config;
  if (!asked.data.empty())
    named.data = canonical_folder(asked.data);
  return find_places(look_around(), named);
}

int failed(const std::string& sentence) {
  std::cerr << "pmactor: " << escaped(sentence) << '\n';
  return exit_failed;
}

int wrong(const std::string& what, const std::string& given, const std::string& instead) {
  std::cerr << "pmactor: " << escaped(given) << " is no " << what << "; " << instead << '\n';
  return exit_usage;
}

int no_such_event(const std::string& name) {
  return failed("There is no event " + name + "; `pmactor events` lists those there are.");
}

/// Does something with the event that was named, if there is one.
int with_event(const events_options& asked, const std::function<int(event_reader&, const event_row&)>& work) {
  const auto name = parse_event_name(asked.event, std::chrono::system_clock::now().time_since_epoch());
  if (!name)
    return wrong("event", asked.event, "write its number, or when it began, e.g. 09:08:55.");
  event_reader reader{where(asked).database()};
  const auto event = find_event(reader, *name);
  return event ? work(reader, *event) : no_such_event(asked.event);
}

std::optional<double> in_seconds(const std::optional<std::chrono::nanoseconds>& x) {
  return x ? std::optional{to_seconds(*x)} : std::nullopt;
}

/// @returns Unix seconds.
std::optional<double> moment(const std::string& text) {
  return in_seconds(parse_moment(text, std::chrono::system_clock::now().time_since_epoch()));
}

/// Writes events, one after the other, in the form that was asked for.
class event_writer {
public:
  event_writer(const events_options& asked, event_reader& reader) : asked_(asked), reader_(reader) {
    if (asked.csv)
      std::cout << event_csv_heading();
    else if (asked.json && !asked.follow)
      std::cout << '[';
  }
  /// @returns false when the output takes no more.
  bool add(const event_row& x) {
    if (asked_.json)
      std::cout << (asked_.follow ? "" : count_ > 0 ? ",\n" : "\n") << event_json(x) << (asked_.follow ? "\n" : "");
    else if (asked_.csv)
      std::cout << event_csv_line(x);
    else
      std::cout << (count_ == 0 ? event_list_heading() : "") << event_list_line(x, reader_.parts_of(x));
    ++count_;
    return static_cast<bool>(std::cout);
  }
  void end() {
    if (asked_.json && !asked_.follow)
      std::cout << "\n]\n";
  }
  std::size_t count() const {
    return count_;
  }

private:
  const events_options& asked_;
  event_reader& reader_;
  std::size_t count_ = 0;
};

/// Goes on with events as they come, and with those that lasted once their end is known.
int follow(const events_options& asked, const event_range& which, event_reader& reader) {
  using namespace std::chrono_literals;
  event_writer out{asked, reader};
  auto range = which;
  constexpr std::size_t most_at_once = 256; ///< More do not come within a second.
  range.limit = asked.limit > 0 ? asked.limit : most_at_once;
  std::int64_t newest = 0;
  std::set<std::int64_t> lasting;
  while (std::cout) {
    std::map<std::int64_t, event_row> due; // oldest first
    reader.events(range, [&](const event_row& x) {
      if (x.id > newest || (lasting.count(x.id) > 0 && !stall_lasts(x)))
        due.emplace(x.id, x);
      return true;
    });
    for (const auto& [id, event] : due) {
      out.add(event);
      newest = std::max(newest, id);
      if (stall_lasts(event))
        lasting.insert(id);
      else
        lasting.erase(id);
    }
    std::cout << std::flush;
    range.limit = most_at_once;
    std::this_thread::sleep_for(500ms);
  }
  return exit_failed;
}

/// Lists what happened at a moment; if nothing did, what did next to it.
int list_at(const events_options& asked, event_range range, event_reader& reader, double at) {
  constexpr double close = 0.5;
  range.ends_after = at - close;
  range.until = at + close;
  event_writer out{asked, reader};
  reader.events(range, [&out](const event_row& x) { return out.add(x); });
  if (out.count() == 0)
    if (const auto near = find_event_near(reader, at)) {
      std::cerr << "Nothing happened then; the nearest event is " << span_words(near->distance) << " away.\n";
      out.add(near->event);
    }
  out.end();
  if (out.count() == 0 && !asked.json && !asked.csv)
    std::cout << "No event lies within a month of that moment.\n";
  return exit_fine;
}

int list(const events_options& asked) {
  event_range range;
  const auto times = std::string{"write e.g. "} + moment_examples + '.';
  if (!asked.since.empty() && !(range.since = moment(asked.since)))
    return wrong("time", asked.since, times);
  if (!asked.until.empty() && !(range.until = moment(asked.until)))
    return wrong("time", asked.until, times);
  const auto at = asked.at.empty() ? std::nullopt : moment(asked.at);
  if (!asked.at.empty() && !at)
    return wrong("time", asked.at, times);
  if (!asked.least.empty() && !(range.least_duration = in_seconds(parse_span(asked.least))))
    return wrong("duration", asked.least, "write e.g. 500ms, 2s or 1m.");
  range.kind = asked.kind;
  range.cause = asked.cause;
  range.limit = asked.limit;
  range.parts = asked.parts;
  event_reader reader{where(asked).database()};
  if (asked.follow)
    return follow(asked, range, reader);
  if (at)
    return list_at(asked, range, reader, *at);
  const pager long_output;
  event_writer out{asked, reader};
  reader.events(range, [&out](const event_row& x) { return out.add(x); });
  out.end();
  if (!asked.json && !asked.csv && out.count() == 0)
    std::cout << "No events: nothing was paused or asleep as far as is recorded.\n";
  else if (!asked.json && !asked.csv && asked.limit > 0 && out.count() == asked.limit)
    std::cout << "There may be more; --limit 0 shows all. `pmactor events show ID` shows all of one.\n";
  return exit_fine;
}

/// Compares the event with the others that are kept.
void compare(event_ties& ties, const event_row& event, event_reader& reader) {
  const auto self = past_event_of(event);
  if (!self)
    return;
  ties.fingerprint = fingerprint_of(self->traits);
  const auto events = read_past_events(reader, std::nullopt, std::nullopt);
  const auto like = find_likeness(event.id, events, find_patterns(events));
  ties.others = like.others;
  ties.like = likeness_words(like, to_seconds(std::chrono::system_clock::now().time_since_epoch()));
}

int show(const events_options& asked) {
  return with_event(asked, [&asked](event_reader& reader, const event_row& event) {
    const auto files = event_files(where(asked).data, event.event_dir);
    const auto lead_up = reader.lead_up(event.id);
    event_ties ties{reader.stall_of(event), reader.parts_of(event)};
    compare(ties, event, reader);
    const pager long_output;
    if (asked.json)
      std::cout << event_json(event, lead_up, files, ties) << '\n';
    else
      std::cout << event_page(event, lead_up, files, ties);
    return exit_fine;
  });
}

int mark(const events_options& asked) {
  return with_event(asked, [&asked](event_reader&, const event_row& event) {
    if (!history_editor{where(asked).database()}.mark(event.id, asked.status))
      return no_such_event(asked.event);
    std::cout << "Event " << event.id << " is " << asked.status
              << (asked.status == "pinned" ? "; it is kept for ever.\n" : ".\n");
    return exit_fine;
  });
}

int note(const events_options& asked) {
  return with_event(asked, [&asked](event_reader&, const event_row& event) {
    if (!history_editor{where(asked).database()}.note(event.id, asked.text))
      return no_such_event(asked.event);
    std::cout << (asked.text.empty() ? "The note on event " : "Noted on event ") << event.id
              << (asked.text.empty() ? " is gone.\n" : ".\n");
    return exit_fine;
  });
}

int guarded(int (*work)(const events_options&), const events_options& asked) {
  try {
    return work(asked);
  } catch (const storage_problem& problem) {
    return failed(problem.what());
  }
}

} // namespace

void add_events(CLI::App& program, command& chosen) {
  auto asked = std::make_shared<events_options>();
  auto* verb = program.add_subcommand("events", "Show the pauses, stalls and sleeps that were found");
  verb->require_subcommand(0, 1);
  // All options are the verb's, so that they may stand before or after what follows it.
  verb->fallthrough();
  verb->add_option("--data", asked->data, "Read the history in this folder")->type_name("DIR");
  verb->add_option("--config", asked->config, "Take the settings from this file")->type_name("FILE");
  verb->add_option("--since", asked->since, "Only what began at this time or later, e.g. 2h, 2026-01-20")
    ->type_name("TIME");
  verb->add_option("--until", asked->until, "Only what began before this time")->type_name("TIME");
  auto* at = verb->add_option("--at", asked->at, "What happened at this moment, or next to it")->type_name("TIME");
  verb->add_flag("-f,--follow", asked->follow, "Go on with events as they come")->excludes(at);
  verb->add_option("--kind", asked->kind, "Only events of this kind")
    ->check(CLI::IsMember({"pause", "sleep", "critical", "stall"}));
  std::vector<std::string> causes;
  for (std::size_t i = 0; i < pause_causes; ++i)
    causes.push_back(to_string(static_cast<pause_cause>(i)));
  verb->add_option("--cause", asked->cause, "Only events of this cause")->check(CLI::IsMember(causes));
  verb->add_option("--min-duration", asked->least, "Only what lasted this long, e.g. 500ms, 2s")
    ->type_name("SPAN");
  verb->add_flag("--parts", asked->parts, "Also the pauses that are part of a stall");
  verb->add_option("-n,--limit", asked->limit, "The most to list; 0 for all")->capture_default_str();
  auto* json = verb->add_flag("--json", asked->json, "Write JSON");
  verb->add_flag("--csv", asked->csv, "Write CSV")->excludes(json);
  const auto choose = [&chosen, asked](int (*work)(const events_options&)) {
    chosen = [work, asked] { return guarded(work, *asked); };
  };
  verb->add_subcommand("list", "List events, newest first; the default");
  auto* showing = verb->add_subcommand("show", "Show all that is known of one event");
  showing->add_option("ID", asked->event, event_name_words)->type_name("")->required();
  auto* marking = verb->add_subcommand("mark", "Mark an event as new, reviewed or pinned (kept for ever)");
  marking->add_option("ID", asked->event, event_name_words)->type_name("")->required();
  marking->add_option("STATUS", asked->status, "new, reviewed or pinned")
    ->required()
    ->check(CLI::IsMember({"new", "reviewed", "pinned"}));
  auto* noting = verb->add_subcommand("note", "Write a note on an event; an empty one takes it back");
  noting->add_option("ID", asked->event, event_name_words)->type_name("")->required();
  noting->add_option("TEXT", asked->text, "The note")->required();
  // The verb's own callback runs last, so it decides.
  verb->callback([=] {
    choose(*showing ? show : *marking ? mark : *noting ? note : list);
  });
}

} // namespace pmactor
