#include "app/commands/commands.hpp"

#include "actors/black_box/outage_cause.hpp"
#include "actors/storage_writer/edit_history_sqlite.hpp"
#include "app/bundle/compose_bundle.hpp"
#include "app/bundle/compose_summary.hpp"
#include "app/command_line/find_event.hpp"
#include "app/command_line/help_format.hpp"
#include "app/command_line/none_match.hpp"
#include "app/command_line/numbers.hpp"
#include "app/command_line/open_reader.hpp"
#include "app/command_line/parse_moment.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/command_line/time_range.hpp"
#include "app/command_line/usage_problem.hpp"
#include "app/export/carry_exports.hpp"
#include "app/export/write_otlp_lines.hpp"
#include "app/instance/launch.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/write_file.hpp"
#include "app/patterns/read_patterns.hpp"
#include "app/report/gather_report.hpp"
#include "app/settings/override_settings.hpp"
#include "app/trace/gather_trace.hpp"
#include "app/trace/write_trace.hpp"
#include "app/views/encode_event.hpp"
#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/views/list_event_files.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/pager.hpp"
#include "app/views/render_event.hpp"
#include "app/views/write_events.hpp"
#include "messages/pause.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

struct events_options {
  std::shared_ptr<place_flags> where;
  std::shared_ptr<time_range_flags> when;
  std::string at, least;
  std::vector<std::string> kinds, causes;
  std::size_t limit = 20;
  bool has_limit = false; ///< It was asked for.
  bool json = false, csv = false, otlp = false, parts = false, follow = false, plain = false;
  std::string event, status, text, bundle, output;
};

/// @throws usage_problem if that is no name of an event.
event_name name_of(const std::string& typed) {
  if (auto name = parse_event_name(typed, std::chrono::system_clock::now().time_since_epoch()))
    return *name;
  throw usage_problem("'" + typed + "' names no event; write its number, or a moment of it, e.g. 09:08:55, or last.");
}

/// What was named: one event, or why not.
struct named_event {
  std::optional<event_row> event;
  outcome why_not{exit_failed, {}, {}};
};

/// @throws usage_problem if that is no name of an event.
named_event find_named(const events_options& asked, event_reader& reader) {
  const auto name = name_of(asked.event);
  auto found = find_events(reader, name);
  named_event result;
  if (found.size() == 1)
    result.event = std::exchange(found, {}).front(); // it may be gone when it is to be changed: then there is none
  result.why_not.message = not_one_event(asked.event, name, found);
  return result;
}

event_form form_of(const events_options& asked) {
  return asked.csv      ? event_form::csv
         : !asked.json  ? event_form::list
         : asked.follow ? event_form::json_lines
                        : event_form::array;
}

/// Writes a sentence below a list.
void say(const std::string& sentence, const text_style& style) {
  for (const auto& line : wrapped(sentence.substr(0, sentence.find('\n')), style.width))
    std::cout << line << '\n';
}

/// Goes on with events as they come, and with those that lasted once their end is known.
int follow(const events_options& asked, const event_range& which, event_reader& reader) {
  using namespace std::chrono_literals;
  event_writer out{std::cout, form_of(asked), reader, style_of(STDOUT_FILENO)};
  auto range = which;
  constexpr std::size_t most_at_once = 256; ///< More do not come within a second.
  range.limit = asked.limit > 0 ? asked.limit : most_at_once;
  std::int64_t newest = 0;
  if (asked.limit == 0)
    reader.events({}, [&newest](const event_row& x) {
      newest = x.id;
      return false;
    });
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

/// Lists what happened at a moment, or in the minute or the day that was named; if nothing did, what did next to it.
int list_at(const events_options& asked, event_range range, event_reader& reader) {
  using namespace std::chrono_literals;
  constexpr double close = 0.5;
  const auto moment = moment_of("--at", asked.at, std::chrono::system_clock::now().time_since_epoch());
  const auto at = to_seconds(moment);
  const auto named = span_named_by(asked.at, moment);
  range.ends_after = at - close;
  range.until = named.to - named.from > 1s ? to_seconds(named.to) : at + close;
  event_writer out{std::cout, form_of(asked), reader, style_of(STDOUT_FILENO)};
  if (asked.limit > 0)
    reader.events(range, [&out](const event_row& x) { return out.add(x); });
  if (out.count() == 0 && asked.limit > 0)
    if (const auto near = find_event_near(reader, at)) {
      std::cerr << "Nothing happened then; the nearest event is " << span_words(near->distance) << " away.\n";
      out.add(near->event);
    }
  out.end();
  if (out.count() == 0 && asked.limit > 0 && !asked.json && !asked.csv)
    std::cout << "No event lies within a month of that moment.\n";
  return exit_fine;
}

/// Says beside what programs read that it is not all, unless that was asked for.
void warn_if_cut(const events_options& asked, event_reader& reader, const event_range& range, std::size_t written) {
  if (asked.has_limit || written < range.limit)
    return;
  if (const auto all = reader.count(range); all > written)
    std::cerr << "pmactor events: " << cut_words(written, all, "written") << '\n';
}

/// Writes events as OpenTelemetry's logs.
int write_otlp(const events_options& asked, event_reader& reader, const event_range& range) {
  const auto labels = read_layered_settings(as_the_daemon(*asked.where)).values.exporter.labels;
  otlp_lines out{std::cout, own_origin(labels), to_seconds(std::chrono::system_clock::now().time_since_epoch())};
  std::size_t written = 0;
  if (range.limit > 0)
    reader.events(range, [&](const event_row& x) {
      ++written;
      return out.add(x);
    });
  out.end();
  warn_if_cut(asked, reader, range, written);
  return exit_fine;
}

int list(const events_options& asked) {
  event_range range;
  const auto when = asked.when->find();
  range.since = when.since;
  range.until = when.until;
  if (!asked.least.empty()) {
    const auto least = parse_span(asked.least);
    if (!least)
      throw usage_problem("--min-duration takes a span like 500ms, 2s or 1m, not '" + asked.least + "'.");
    range.least_duration = to_seconds(*least);
  }
  range = of_kinds(std::move(range), asked.kinds);
  range.causes = asked.causes;
  range.limit = asked.limit;
  range.parts = asked.parts;
  const auto where = asked.where->find();
  auto reader = open_reader<event_reader>(where);
  if (asked.follow)
    return follow(asked, range, reader);
  if (!asked.at.empty())
    return list_at(asked, range, reader);
  if (asked.otlp)
    return write_otlp(asked, reader, range);
  const pager long_output;
  event_writer out{std::cout, form_of(asked), reader, long_output.style()};
  if (asked.limit > 0)
    reader.events(range, [&out](const event_row& x) { return out.add(x); });
  out.end();
  if (asked.json || asked.csv) {
    warn_if_cut(asked, reader, range, out.count());
    return exit_fine;
  }
  if (asked.limit == 0)
    return exit_fine;
  if (out.count() == 0)
    say(no_event_matches(reader, range), long_output.style());
  else if (const auto all = out.count() == asked.limit ? reader.count(range) : out.count(); all > out.count())
    say(cut_words(out.count(), all, "shown") + " `pmactor events show ID` shows all of one.", long_output.style());
  return exit_fine;
}

/// Of a file that `pmactor export` wrote, perhaps elsewhere.
int show_bundled(const events_options& asked) {
  const auto events = parse_bundle(read_archive(asked.bundle));
  const auto& facts = find_bundled(events, asked.event);
  std::vector<std::string> files;
  for (const auto& x : facts.files)
    files.push_back(x.name);
  const std::vector<sample_row> lead_up{facts.seconds.begin(),
                                        facts.seconds.begin() + static_cast<std::ptrdiff_t>(facts.lead_up)};
  const event_ties ties{facts.stall, facts.parts, facts.likeness};
  const pager long_output;
  if (asked.plain)
    std::cout << compose_summary(facts, {});
  else if (asked.json)
    std::cout << event_json(facts.event, lead_up, files, ties) << '\n';
  else
    std::cout << spelled(event_page(facts.event, lead_up, files, ties, long_output.style().width), long_output.style());
  return exit_fine;
}

/// For a ticket that others read: without what says whose machine it is.
int show_plain(event_reader& reader, const event_row& event, const places& where) {
  auto facts = gather_report(reader, event, where);
  identity_redactor redactor{identify_machine(facts.host.name)};
  redact(facts, redactor.as_redaction());
  std::cout << compose_summary(facts, describe_machine());
  return exit_fine;
}

/// Lists the events of one name; of a list a person chooses.
void list_several(const events_options& asked, event_reader& reader, const std::vector<event_row>& found) {
  const pager long_output;
  event_writer out{std::cout, form_of(asked), reader, long_output.style()};
  for (const auto& x : found)
    out.add(x);
  std::cout << "`pmactor events show ID` shows all of one.\n";
}

int show(const events_options& asked) {
  if (!asked.bundle.empty())
    return show_bundled(asked);
  if (asked.event.empty())
    throw usage_problem("Which event? Write its number, or a moment of it, e.g. 09:08:55, or last.");
  const auto where = asked.where->find();
  auto reader = open_reader<event_reader>(where);
  const auto name = name_of(asked.event);
  const auto found = find_events(reader, name);
  if (found.size() > 1 && !asked.json && !asked.plain) {
    list_several(asked, reader, found);
    return exit_fine;
  }
  if (found.size() != 1)
    return report_outcome({exit_failed, not_one_event(asked.event, name, found), {}}, asked.json);
  const auto* event = &found.front();
  if (asked.plain)
    return show_plain(reader, *event, where);
  const auto files = event_files(where.data, event->event_dir);
  const auto lead_up = reader.lead_up(event->id);
  const auto now = to_seconds(std::chrono::system_clock::now().time_since_epoch());
  // Without a daemon the end of what lasted will not be reported, and how long it has lasted is not known.
  const bool is_watched = look_for_daemon(where).presence == daemon_presence::running;
  const event_ties ties{reader.stall_of(*event), reader.parts_of(*event), compare(*event, reader, now),
                        is_watched ? std::optional{now} : std::nullopt};
  const pager long_output;
  if (asked.json)
    std::cout << event_json(*event, lead_up, files, ties) << '\n';
  else
    std::cout << spelled(event_page(*event, lead_up, files, ties, long_output.style().width), long_output.style());
  return exit_fine;
}

named_event find_named_at(const events_options& asked, const places& where) {
  auto reader = open_reader<event_reader>(where);
  return find_named(asked, reader);
}

int mark(const events_options& asked) {
  const auto where = asked.where->find();
  const auto named = find_named_at(asked, where);
  const auto id = named.event ? named.event->id : 0;
  if (!named.event || !history_editor{where.database()}.mark(id, asked.status))
    return report_outcome(named.why_not, asked.json);
  return report_outcome({exit_fine,
                         "Event " + std::to_string(id) + " is " + asked.status
                           + (asked.status == "pinned" ? "; it is kept for ever." : "."),
                         {}},
                        asked.json);
}

int note(const events_options& asked) {
  const auto where = asked.where->find();
  const auto named = find_named_at(asked, where);
  const auto id = named.event ? named.event->id : 0;
  if (!named.event || !history_editor{where.database()}.note(id, asked.text))
    return report_outcome(named.why_not, asked.json);
  const auto number = std::to_string(id);
  return report_outcome(
    {exit_fine, asked.text.empty() ? "The note on event " + number + " is gone." : "Noted on event " + number + '.', {}},
    asked.json);
}

int trace(const events_options& asked) {
  const auto where = asked.where->find();
  auto reader = open_reader<event_reader>(where);
  const auto named = find_named(asked, reader);
  if (!named.event)
    return report_outcome(named.why_not, false);
  const auto& event = named.event;
  std::ostringstream text;
  write_trace(text, gather_trace(reader, *event, where.database(), PMACTOR_VERSION));
  if (asked.output == "-") {
    std::cout << text.str() << std::flush;
    return std::cout ? exit_fine : exit_failed;
  }
  const std::filesystem::path file =
    asked.output.empty() ? "pmactor-event-" + std::to_string(event->id) + ".trace.json" : asked.output;
  if (write_file(file, text.str(), 0600, missing_folder::refuse))
    std::cout << "The trace is in " << escaped(file.string())
              << "; open it at https://ui.perfetto.dev or in chrome://tracing.\n";
  return exit_fine;
}

constexpr const char* which_events = "Which events";

/// @throws CLI::ParseError if an option was given that is about which events to list.
void refuse_list_options(const CLI::App& verb, const std::string& part) {
  for (const auto* x : verb.get_options())
    if (x->get_group() == which_events && x->count() > 0)
      throw CLI::ParseError(x->get_name() + " is for the list of events and means nothing to `" + part + '`',
                            CLI::ExitCodes::ArgumentMismatch);
}

} // namespace

void add_events(CLI::App& program, command& chosen) {
  auto asked = std::make_shared<events_options>();
  auto* verb = program.add_subcommand("events", "Show the pauses, stalls, sleeps and outages that were found");
  verb->require_subcommand(0, 1);
  // Options are the verb's, so that they may stand before or after what follows it.
  verb->fallthrough();
  asked->where = add_data_flag(*verb);
  auto* json = verb->add_flag("--json", asked->json, "Write JSON");
  asked->when = add_range_flags(*verb, "events that began");
  auto* at = verb->add_option("--at", asked->at, "What happened at this moment, or next to it")->type_name("WHEN");
  verb->add_flag("-f,--follow", asked->follow, "Go on with events as they come")->excludes(at);
  std::vector<std::string> kinds;
  for (std::size_t i = 0; i < event_kinds; ++i)
    kinds.push_back(to_string(static_cast<event_kind>(i)));
  kinds.emplace_back(stop_kind);
  verb->add_option("--kind", asked->kinds,
                   "Only events of these kinds, with commas between; an outage that was ordered is a stop as well")
    ->type_name("KIND")
    ->delimiter(',')
    ->allow_extra_args(false)
    ->check(CLI::IsMember(kinds));
  std::vector<std::string> causes;
  for (std::size_t i = 0; i < pause_causes; ++i)
    causes.push_back(to_string(static_cast<pause_cause>(i)));
  for (std::size_t i = 0; i < outage_causes; ++i)
    if (auto cause = to_string(static_cast<outage_cause>(i)); std::find(causes.begin(), causes.end(), cause) == causes.end())
      causes.push_back(std::move(cause)); // pauses and outages have some in common
  verb->add_option("--cause", asked->causes, "Only events of these causes, with commas between")
    ->type_name("CAUSE")
    ->delimiter(',')
    ->allow_extra_args(false)
    ->check(CLI::IsMember(causes));
  verb->add_option("--min-duration", asked->least, "Only what lasted this long, e.g. 500ms, 2s")
    ->type_name("SPAN");
  verb->add_flag("--parts", asked->parts, "Also the pauses that are part of a stall");
  add_count_option(*verb, "-n,--limit", asked->limit, "The most to list, the newest");
  auto* csv = verb->add_flag("--csv", asked->csv, "Write CSV")->excludes(json);
  verb->add_flag("--otlp", asked->otlp, "Write OpenTelemetry's logs as lines of JSON, as its collector reads files")
    ->excludes(json)
    ->excludes(csv);
  for (const char* name : {"--since", "--until", "--at", "--follow", "--kind", "--cause", "--min-duration", "--parts", "--limit",
                           "--csv", "--otlp"})
    verb->get_option(name)->group(which_events);
  verb->add_subcommand("list", "List events, newest first; the default");
  auto* showing = verb->add_subcommand("show", "Show all that is known of one event");
  showing->add_option("ID", asked->event, event_name_words)->type_name("");
  showing->add_option("--bundle", asked->bundle, "Of this file, which `pmactor export` wrote")->type_name("FILE");
  showing->add_flag("--plain", asked->plain,
                    "As a plain text for a ticket, without names of users and hosts, addresses and secrets");
  auto* tracing = verb->add_subcommand("trace", "Write an event as a trace that Perfetto and Chrome open");
  tracing->add_option("ID", asked->event, event_name_words)->type_name("")->required();
  tracing
    ->add_option("-o,--output", asked->output,
                 "Write it to this file, - for standard output; without it pmactor-event-ID.trace.json")
    ->type_name("FILE");
  auto* marking = verb->add_subcommand("mark", "Mark an event as new, reviewed or pinned (kept for ever)");
  marking->add_option("ID", asked->event, event_name_words)->type_name("")->required();
  marking->add_option("STATUS", asked->status, "What to mark it as")
    ->type_name("")
    ->required()
    ->check(CLI::IsMember({"new", "reviewed", "pinned"}));
  auto* noting = verb->add_subcommand("note", "Write a note on an event; an empty one takes it back");
  noting->add_option("ID", asked->event, event_name_words)->type_name("")->required();
  noting->add_option("TEXT", asked->text, "The note")->type_name("")->required();
  // The verb's own callback runs last, so it decides.
  verb->callback([=, &chosen] {
    asked->has_limit = verb->get_option("--limit")->count() > 0;
    const auto work = *showing ? show : *tracing ? trace : *marking ? mark : *noting ? note : list;
    for (const auto* part : {showing, tracing, marking, noting})
      if (*part)
        refuse_list_options(*verb, full_name(*part));
    chosen = [work, asked] { return work(*asked); };
  });
}

} // namespace pmactor
