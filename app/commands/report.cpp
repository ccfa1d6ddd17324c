#include "app/commands/commands.hpp"

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/command_line/find_event.hpp"
#include "app/command_line/open_reader.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/command_line/time_range.hpp"
#include "app/command_line/usage_problem.hpp"
#include "app/explain/read_record.hpp"
#include "app/patterns/read_patterns.hpp"
#include "app/report/read_evidence.hpp"
#include "app/report/read_host.hpp"
#include "app/report/render_period.hpp"
#include "app/report/render_report.hpp"
#include "app/settings/override_settings.hpp"
#include "app/instance/write_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

namespace pmactor {
namespace {

constexpr double before = 120, after = 60; ///< Seconds around the event.
constexpr double longest_shown = 3600;     ///< Of the event.
constexpr std::size_t most_seconds = 6000; ///< Read; the page shows fewer.
constexpr std::size_t most_curve_points = 300;
constexpr std::size_t most_of_a_file = 48 * 1024;
constexpr std::size_t most_of_a_table = std::size_t{4} << 20;
constexpr std::size_t most_files = 24;

struct report_options {
  std::shared_ptr<place_flags> where;
  std::string event; ///< Its name; empty for the newest.
  std::string at;    ///< Or when it was.
  std::string since; ///< A summary from this moment on, in place of an event.
  std::string output;
};

std::optional<double> sum(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a && !b)
    return std::nullopt;
  return a.value_or(0) + b.value_or(0);
}

/// Adds what the suspects did around the event, as far as samples were stored.
void add_curves(history_reader& history, const std::vector<sample_row>& samples,
                std::vector<report_suspect>& suspects) {
  const auto step = samples.size() / most_curve_points + 1;
  for (std::size_t i = 0; i < samples.size() && !suspects.empty(); i += step) {
    const auto processes = history.processes(samples[i].id);
    for (auto& suspect : suspects)
      for (const auto& x : processes)
        if (x.pid == suspect.pid
            && (!x.start_time || !suspect.start_time
                || std::abs(*x.start_time - *suspect.start_time) < 1.5)) {
          suspect.curve.push_back({samples[i].at(), x.cpu_pct, sum(x.io_read, x.io_write), x.mem_bytes});
          break;
        }
  }
}

/// The seconds before the event as they were kept with it, the others as they were stored.
void add_history(report_facts& facts, const std::vector<sample_row>& lead_up,
                 const places& where) {
  const auto started = facts.event.started.value_or(0);
  const auto ended =
    std::clamp(facts.event.ended.value_or(started), started, started + longest_shown);
  for (const auto& x : lead_up)
    if (x[sample_column::timestamp])
      facts.seconds.push_back(x);
  const auto kept_until = facts.seconds.empty() ? started - before : facts.seconds.back().at() + 0.5;
  history_reader history{where.database()};
  std::vector<sample_row> samples;
  sample_range range;
  range.since = started - before;
  range.until = ended + after;
  range.newest_first = false;
  range.limit = most_seconds;
  history.samples(range, [&](const sample_row& x) {
    samples.push_back(x);
    return true;
  });
  for (const auto& x : samples)
    if (x.at() > kept_until)
      facts.seconds.push_back(x);
  add_curves(history, samples, facts.suspects);
}

/// @param noted what was noted of the machine when it was captured. That may have been another one than this.
void take_host(report_host& host, const nlohmann::json& noted) {
  const auto text = [&noted](const char* key) {
    return noted.is_object() && noted.contains(key) && noted[key].is_string() ? noted[key].get<std::string>() : "";
  };
  const auto name = text("name");
  if (name.empty())
    return;
  if (name != host.name)
    host = {};
  host.name = name;
  if (!text("system").empty())
    host.system = text("system") + ' ' + text("release") + ", " + text("machine");
}

void add_evidence(report_facts& facts, const places& where) {
  const auto& folder = facts.event.event_dir;
  facts.capture = facts.event.capture;
  if (facts.capture.empty())
    if (const auto summary = read_evidence(where.data, folder, "summary.json", 1 << 20))
      facts.capture = summary->text;
  if (const auto metadata = read_evidence(where.data, folder, "metadata.json", 1 << 20)) {
    const auto json = nlohmann::json::parse(metadata->text, nullptr, false);
    if (json.is_object() && json.contains("host"))
      take_host(facts.host, json["host"]);
  }
  const auto capture = nlohmann::json::parse(facts.capture, nullptr, false);
  if (!capture.is_object() || !capture.contains("artifacts") || !capture["artifacts"].is_array())
    return;
  for (const auto& one : capture["artifacts"]) {
    if (facts.files.size() == most_files)
      break;
    if (!one.is_object() || !one.contains("file") || !one["file"].is_string())
      continue;
    const auto name = one["file"].get<std::string>();
    auto file = read_evidence(where.data, folder, name,
                              name == "processes.json" ? most_of_a_table : most_of_a_file);
    if (file && file->text.find('\0') == file->text.npos) // a trace is not for reading
      facts.files.push_back(std::move(*file));
  }
}

std::optional<event_row> find_newest(event_reader& reader) {
  std::optional<event_row> newest;
  event_range range;
  range.parts = false; // the stall has it all
  reader.events(range, [&newest](const event_row& x) {
    if (x.kind == "sleep" || x.kind == "clock")
      return true; // why a machine slept, or a clock was set, is no riddle
    newest = x;
    return false;
  });
  return newest;
}

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

/// The summary of a stretch of days.
int report_period(const report_options& asked) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto since = moment_of("--since", asked.since, now);
  if (since >= now)
    throw usage_problem("--since takes a moment in the past, not '" + asked.since + "'.");
  const auto file = asked.where->find().database();
  period_facts facts;
  facts.version = PMACTOR_VERSION;
  facts.now = to_seconds(now);
  event_reader events{file};
  history_reader history{file};
  const stretch span{to_seconds(since), facts.now};
  const record_policy policy = record_policy_of(read_layered_settings(*asked.where).values);
  facts.lived = explain_span(span, read_record(events, history, span, policy, facts.now), policy, facts.now);
  event_range range;
  range.since = span.from;
  range.parts = false;
  std::vector<past_event> past;
  events.events(range, [&](const event_row& x) {
    if (auto one = past_event_of(x))
      past.push_back(std::move(*one));
    facts.events.push_back(x);
    return true;
  });
  facts.patterns = find_patterns(std::move(past));
  return write_page(asked, render_period(facts), "pmactor-summary.html");
}

int report(const report_options& asked) {
  if (!asked.since.empty())
    return report_period(asked);
  const auto where = asked.where->find();
  std::optional<event_name> name;
  if (!asked.event.empty()) {
    name = parse_event_name(asked.event, std::chrono::system_clock::now().time_since_epoch());
    if (!name)
      throw usage_problem("'" + asked.event + "' names no event; write its number, or when it began, e.g. 09:08:55.");
  }
  std::optional<std::chrono::nanoseconds> at;
  if (!asked.at.empty())
    at = moment_of("--at", asked.at, std::chrono::system_clock::now().time_since_epoch());
  auto reader = open_reader<event_reader>(where);
  report_facts facts;
  if (auto event = at     ? find_event_at(reader, to_seconds(*at))
                   : name ? find_event(reader, *name)
                          : find_newest(reader)) {
    facts.event = std::move(*event);
  } else {
    std::cerr << "pmactor: There is no "
              << (name ? "event " + escaped(asked.event) : "event yet")
              << "; `pmactor events` lists those that there are.\n";
    return exit_failed;
  }
  facts.stall = reader.stall_of(facts.event);
  facts.parts = reader.parts_of(facts.event);
  facts.suspects = suspects_of(facts.event);
  facts.version = PMACTOR_VERSION;
  facts.now = to_seconds(std::chrono::system_clock::now().time_since_epoch());
  facts.host = read_host();
  add_history(facts, reader.lead_up(facts.event.id), where);
  add_evidence(facts, where);
  return write_page(asked, render_report(facts), "pmactor-event-" + std::to_string(facts.event.id) + ".html");
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
  asked->where = add_data_flag(*verb);
  verb->callback([&chosen, asked] { chosen = [asked] { return report(*asked); }; });
}

} // namespace pmactor
