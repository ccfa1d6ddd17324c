#include "app/commands/commands.hpp"

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/bundle/compose_bundle.hpp"
#include "app/bundle/describe_machine.hpp"
#include "app/bundle/redact_identity.hpp"
#include "app/command_line/find_event.hpp"
#include "app/command_line/open_reader.hpp"
#include "app/command_line/parse_moment.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/command_line/time_range.hpp"
#include "app/command_line/usage_problem.hpp"
#include "app/explain/read_record.hpp"
#include "app/instance/launch.hpp"
#include "app/instance/write_file.hpp"
#include "app/patterns/read_patterns.hpp"
#include "app/report/gather_report.hpp"
#include "app/report/read_host.hpp"
#include "app/report/render_period.hpp"
#include "app/report/render_report.hpp"
#include "app/settings/override_settings.hpp"
#include "app/top/read_moment.hpp"
#include "app/top/summarize_columns.hpp"
#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

struct report_options {
  std::shared_ptr<place_flags> where;
  std::string event; ///< Its name; empty for the newest.
  std::string at;    ///< Or when it was.
  std::string since; ///< A summary from this moment on, in place of an event.
  std::string bundle; ///< A file of `pmactor export`; empty for the history.
  std::string output;
  bool redact = false;
};

/// Takes out whose machine it was, if that was asked for.
class page_redactor {
public:
  page_redactor(const report_options& asked, const std::string& host)
    : is_on_{asked.redact}, names_{asked.redact ? identify_machine(host) : machine_identity{}} {
  }
  template <class T>
  void apply(T& facts) {
    if (is_on_)
      redact(facts, names_.as_redaction());
  }

private:
  bool is_on_;
  identity_redactor names_;
};

/// @returns the event at this moment, or the nearest, and says which that is.
std::optional<event_row> find_event_at(event_reader& reader, double at) {
  auto near = find_event_near(reader, at);
  if (!near)
    return std::nullopt;
  if (near->distance > 0)
    std::cerr << "Nothing happened then; this is the nearest event, " << span_words(near->distance) << " away.\n";
  return std::move(near->event);
}

/// Writes the page to where it was asked for.
int write_page(const report_options& asked, const std::string& page, const std::string& name) {
  const bool to_terminal = ::isatty(STDOUT_FILENO) == 1;
  if (asked.output == "-" || (asked.output.empty() && !to_terminal)) {
    std::cout << page << std::flush;
    return std::cout ? exit_fine : exit_failed;
  }
  const std::filesystem::path file = asked.output.empty() ? name : asked.output;
  if (write_file(file, page, 0600, missing_folder::refuse))
    std::cout << "The report is in " << escaped(file.string()) << "; open it with any browser.\n";
  return exit_fine;
}

/// Reads the stress of a long time as so many steps as a page shows, each with its sample of the most stress.
void read_stress(period_facts& facts, history_reader& history, const stretch& span, double longest) {
  constexpr double most_steps = 600;
  const auto from = std::max(span.from, oldest_sample(history).value_or(span.from));
  facts.stress_from = from;
  facts.stress_step = std::max(longest, (span.to - from) / most_steps);
  column_maker maker{facts.stress_step, longest};
  sample_range range;
  range.since = from;
  range.until = span.to;
  range.order = sample_order::time;
  range.newest_first = false;
  history.samples(range, [&maker](const sample_row& x) {
    maker.add(x);
    return true;
  });
  for (const auto& [number, column] : maker.columns()) {
    if (!column.peak)
      continue;
    auto& row = facts.stress.emplace_back();
    row[sample_column::timestamp] = (static_cast<double>(number) + 0.5) * facts.stress_step;
    for (std::size_t i = 0; i < stress_columns.size(); ++i)
      row[stress_columns[i]] = column.peak->stress[i];
  }
}

/// The summary of a stretch of days.
int report_period(const report_options& asked) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto since = *read_range({"--since", asked.since}, {}, now, true).since;
  const auto file = asked.where->find().database();
  period_facts facts;
  facts.version = PMACTOR_VERSION;
  facts.now = to_seconds(now);
  event_reader events{file};
  history_reader history{file};
  const stretch span{since, facts.now};
  const record_policy policy = record_policy_of(read_layered_settings(as_the_daemon(*asked.where)).values);
  facts.lived = explain_span(span, read_record(events, history, span, policy, facts.now), policy, facts.now);
  read_stress(facts, history, span, policy.longest_step());
  event_range range;
  range.since = span.from;
  range.parts = false;
  std::vector<past_event> past;
  facts.names_machine = !asked.redact;
  if (!asked.redact)
    facts.host = read_host().name;
  page_redactor redactor{asked, {}};
  events.events(range, [&](event_row x) {
    redactor.apply(x);
    if (auto one = past_event_of(x))
      past.push_back(std::move(*one));
    facts.events.push_back(std::move(x));
    return true;
  });
  facts.patterns = find_patterns(std::move(past));
  return write_page(asked, render_period(facts), "pmactor-summary.html");
}

int write_event(const report_options& asked, report_facts facts) {
  page_redactor{asked, facts.host.name}.apply(facts);
  return write_page(asked, render_report(facts), "pmactor-event-" + std::to_string(facts.event.id) + ".html");
}

int report(const report_options& asked) {
  if (!asked.bundle.empty())
    return write_event(asked, find_bundled(parse_bundle(read_archive(asked.bundle)), asked.event));
  if (!asked.since.empty())
    return report_period(asked);
  const auto where = asked.where->find();
  std::optional<event_name> name;
  if (!asked.event.empty()) {
    name = parse_event_name(asked.event, std::chrono::system_clock::now().time_since_epoch());
    if (!name)
      throw usage_problem("'" + asked.event + "' names no event; write its number, or a moment of it, e.g. 09:08:55, or last.");
  }
  std::optional<std::chrono::nanoseconds> at;
  if (!asked.at.empty())
    at = moment_of("--at", asked.at, std::chrono::system_clock::now().time_since_epoch());
  auto reader = open_reader<event_reader>(where);
  std::optional<event_row> event;
  if (name) {
    auto found = find_events(reader, *name);
    if (found.size() != 1) {
      std::cerr << "pmactor: " << escaped(not_one_event(asked.event, *name, found)) << '\n';
      return exit_failed;
    }
    event = std::move(found.front());
  } else {
    event = at ? find_event_at(reader, to_seconds(*at)) : find_newest_event(reader);
  }
  if (!event) {
    std::cerr << "pmactor: There is no event yet; `pmactor events` lists those that there are.\n";
    return exit_failed;
  }
  return write_event(asked, gather_report(reader, *event, where));
}

} // namespace

void add_report(CLI::App& program, command& chosen) {
  auto asked = std::make_shared<report_options>();
  auto* verb =
    program.add_subcommand("report", "Write all that is known of an event as a page for a browser");
  auto* id = verb
               ->add_option("ID", asked->event,
                            std::string{event_name_words} + "; without one, the newest that is no sleep")
               ->type_name("");
  verb->add_option("--since", asked->since, "Not an event, but all that happened from this moment on, e.g. 7d")
    ->type_name("WHEN")
    ->excludes(id);
  verb->add_option("--at", asked->at, "The event at this moment, or the nearest")->type_name("WHEN")->excludes(id);
  verb
    ->add_option(
      "-o,--output", asked->output,
      "Write the page to this file, - for standard output; without it, standard output, or on a "
      "terminal pmactor-event-ID.html")
    ->type_name("FILE");
  verb->add_flag("--redact", asked->redact, "To hand on: without hosts, users, homes, addresses and secrets");
  verb->add_option("--bundle", asked->bundle, "Of an event in this file, which `pmactor export` wrote")->type_name("FILE");
  asked->where = add_data_flag(*verb);
  verb->footer("The page names this machine, its users and what programs were called with, and hides what looks "
               "like a secret; --redact takes the names out. Names of programs and disks stay.");
  verb->callback([&chosen, asked] { chosen = [asked] { return report(*asked); }; });
}

} // namespace pmactor
