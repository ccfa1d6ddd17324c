#include "app/report/gather_report.hpp"

#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/patterns/read_patterns.hpp"
#include "app/report/read_evidence.hpp"
#include "app/report/read_host.hpp"
#include "app/report/redact_facts.hpp"
#include "app/report/render_report.hpp"
#include "messages/sample.hpp"
#include "messages/time.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace pmactor {
namespace {

constexpr double before = 120, after = 60; ///< Seconds around the event.
constexpr double longest_shown = 3600;     ///< Of the event.
constexpr std::size_t most_seconds = 6000; ///< Read; the page shows fewer.
constexpr std::size_t most_curve_points = 300;
constexpr std::size_t most_of_a_file = 48 * 1024;
constexpr std::size_t most_of_a_table = std::size_t{4} << 20;
constexpr std::size_t most_of_a_copy = std::size_t{16} << 20;
constexpr std::size_t most_files = 24;

std::optional<double> sum(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a && !b)
    return std::nullopt;
  return a.value_or(0) + b.value_or(0);
}

bool is_of(const process_sample& x, const report_suspect& suspect) {
  if (suspect.pid == 0) // several of one name
    return x.name == suspect.name;
  return x.pid == suspect.pid
         && (!x.start_time || !suspect.start_time || std::abs(*x.start_time - *suspect.start_time) < 1.5);
}

/// Adds what the suspects did around the event, as far as samples were stored.
void add_curves(history_reader& history, const std::vector<sample_row>& samples,
                std::vector<report_suspect>& suspects) {
  const auto step = samples.size() / most_curve_points + 1;
  for (std::size_t i = 0; i < samples.size() && !suspects.empty(); i += step) {
    const auto processes = history.processes(samples[i].id);
    for (auto& suspect : suspects) {
      std::optional<report_point> point;
      for (const auto& x : processes)
        if (is_of(x, suspect)) {
          if (!point)
            point = report_point{samples[i].at(), {}, {}, {}};
          point->cpu_pct = sum(point->cpu_pct, x.cpu_pct);
          point->io = sum(point->io, sum(x.io_read, x.io_write));
          point->mem_bytes = sum(point->mem_bytes, x.mem_bytes);
        }
      if (point)
        suspect.curve.push_back(*point);
    }
  }
}

/// The seconds before the event as they were kept with it, the others as they were stored.
void add_history(report_facts& facts, const std::vector<sample_row>& lead_up, const places& where) {
  const auto started = facts.event.started.value_or(0);
  const auto ended =
    std::clamp(facts.event.ended.value_or(started), started, started + longest_shown);
  for (const auto& x : lead_up)
    if (x[sample_column::timestamp])
      facts.seconds.push_back(x);
  facts.lead_up = facts.seconds.size();
  const auto kept_until =
    facts.seconds.empty() ? started - before : facts.seconds.back().at() + 0.5;
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

void add_evidence(report_facts& facts, const places& where, evidence_share share) {
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
    const auto most = share == evidence_share::all ? most_of_a_copy
                      : name.ends_with(".json")    ? most_of_a_table
                                                   : most_of_a_file;
    auto file = read_evidence(where.data, folder, name, most);
    if (file
        && (share == evidence_share::all
            || file->text.find('\0') == file->text.npos)) // a trace is not for reading
      facts.files.push_back(std::move(*file));
  }
}

} // namespace

report_facts gather_report(event_reader& reader, event_row event, const places& where,
                           evidence_share share) {
  report_facts facts;
  facts.event = std::move(event);
  facts.stall = reader.stall_of(facts.event);
  facts.parts = reader.parts_of(facts.event);
  facts.suspects = suspects_of(facts.event);
  facts.version = PMACTOR_VERSION;
  facts.now = to_seconds(std::chrono::system_clock::now().time_since_epoch());
  facts.likeness = compare(facts.event, reader, facts.now);
  facts.host = read_host();
  add_history(facts, reader.lead_up(facts.event.id), where);
  add_evidence(facts, where, share);
  facts.names_machine = true;
  redact(facts, hide_secrets());
  return facts;
}

} // namespace pmactor
