#include "actors/forensics_supervisor/summarize_capture.hpp"

#include "actors/forensics_supervisor/evidence_text.hpp"
#include "messages/quote.hpp"
#include "messages/utf8.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace pmactor {
namespace {

constexpr std::size_t most_findings = 12;
constexpr std::size_t longest_finding = 300;

std::string seconds(std::chrono::nanoseconds x) {
  return printed("%.6f", to_seconds(x));
}

std::string number(const std::optional<double>& x) {
  if (!x || !std::isfinite(*x))
    return "null";
  return printed("%.6g", *x);
}

} // namespace

std::vector<std::string> summarize_capture(const event_record& event, std::vector<finding> found,
                                           const std::vector<artifact_result>& artifacts) {
  if (!event.culprits.empty()) {
    const auto& first = event.culprits.front();
    const auto name = first.pid > 0 ? first.name + " (pid " + std::to_string(first.pid) + ')' : first.name;
    found.push_back({85, accuses(event.event) ? "The first suspect: " + name + ", " + first.reason + '.'
                                              : "Busy at the time: " + name + ", " + first.reason + '.'});
  }
  for (const auto& x : artifacts) {
    if (x.status == artifact_status::timed_out)
      found.push_back({40, "Capturing " + x.name + " took too long, " + spelled(x.took)
                             + ", and was given up."});
    else if (x.status == artifact_status::failed)
      found.push_back({30, "Capturing " + x.name + " failed: " + x.says});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const finding& a, const finding& b) { return a.weight > b.weight; });
  std::vector<std::string> result;
  for (const auto& x : found) {
    std::string text{cut_text(evidence::one_line(x.text), longest_finding)};
    if (std::find(result.begin(), result.end(), text) == result.end())
      result.push_back(std::move(text));
    if (result.size() == most_findings)
      break;
  }
  return result;
}

std::vector<std::optional<artifact_result>> results_without_job(const std::vector<artifact_plan>& plan,
                                                                const std::vector<missing_artifact>& missing,
                                                                const artifact_policy& policy) {
  std::vector<std::optional<artifact_result>> results(plan.size());
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const auto& name = plan[i].name;
    const auto lack = std::find_if(missing.begin(), missing.end(),
                                   [&name](const missing_artifact& x) { return x.name == name; });
    const bool is_off = is_switched_off(name, policy);
    if (!is_off && lack == missing.end())
      continue;
    results[i] = skipped_artifact(name, is_off ? "It is switched off in the settings." : lack->why);
  }
  return results;
}

artifact_result skipped_artifact(const std::string& name, std::string_view why) {
  artifact_result result;
  result.name = name;
  result.status = artifact_status::skipped;
  result.says = last_words(why);
  return result;
}

std::string describe_capture(const capture_report& report) {
  const auto good = std::count_if(report.artifacts.begin(), report.artifacts.end(),
                                  [](const auto& x) { return x.status == artifact_status::ok; });
  return report.folder + " (" + std::to_string(good) + " of " + std::to_string(report.artifacts.size())
         + " artifacts, " + bytes_in_words(report.bill.bytes) + ", " + spelled(report.bill.cpu)
         + " of CPU, complete after " + spelled(report.bill.took) + ')';
}

std::string metadata_json(const event_record& record, const capture_facts& facts) {
  const auto& event = record.event;
  const bool critical = event.kind == event_kind::critical;
  const auto word = [&](const std::string& x) { return critical ? "null" : json_quoted(x); };
  const auto window = window_of(event);
  std::string result = "{\"version\":1,\n\"event\":{\"id\":\"" + to_string(event.id)
                       + "\",\"kind\":" + json_quoted(to_string(event.kind)) + ",\"started\":"
                       + seconds(event.started) + ",\"ended\":" + seconds(event.ended)
                       + ",\"duration\":" + seconds(event.duration) + ",\"uncertainty\":"
                       + seconds(event.uncertainty) + ",\"asleep\":" + seconds(event.asleep)
                       + ",\"cause\":" + word(to_string(event.cause)) + ",\"confidence\":"
                       + word(to_string(event.sure)) + ",\"scope\":" + word(to_string(event.scope))
                       + ",\n\"ledger\":" + (critical ? "null" : to_json(event.book))
                       + ",\n\"evidence\":" + evidence_json(event) + ",\n\"culprits\":"
                       + to_json(record.culprits) + ",\n\"stress\":";
  if (const auto& x = record.stress)
    result += "{\"total\":" + number(x->total()) + ",\"load\":" + number(x->load) + ",\"memory\":"
              + number(x->memory) + ",\"thermal\":" + number(x->thermal) + ",\"latency\":"
              + number(x->latency) + ",\"io\":" + number(x->io) + '}';
  else
    result += "null";
  return result + "},\n\"window\":{\"since\":" + seconds(window.since) + ",\"until\":"
         + seconds(window.until) + "},\n\"host\":{\"name\":" + json_quoted(facts.host) + ",\"system\":"
         + json_quoted(facts.system) + ",\"release\":" + json_quoted(facts.release) + ",\"machine\":"
         + json_quoted(facts.machine) + ",\"boot_id\":" + json_quoted(facts.boot_id) + "},\n\"pmactor\":"
         + json_quoted(facts.version) + "}\n";
}

std::vector<artifact_result> in_order(const std::vector<std::optional<artifact_result>>& results,
                                      const std::vector<std::size_t>& begun) {
  std::vector<artifact_result> result;
  for (const auto i : begun)
    result.push_back(*results[i]);
  for (std::size_t i = 0; i < results.size(); ++i)
    if (std::find(begun.begin(), begun.end(), i) == begun.end())
      result.push_back(*results[i]);
  return result;
}

capture_report report_leftover(event_id event,
                               const std::vector<std::pair<std::string, std::uint64_t>>& files) {
  capture_report result;
  result.event = event;
  result.status = capture_status::incomplete;
  result.why = "The daemon, or its capture, ended in the middle of it.";
  for (const auto& [file, bytes] : files) {
    if (file == "metadata.json" || file == "summary.json")
      continue;
    artifact_result x;
    const bool cut_off = file.ends_with(".part");
    const auto whole = cut_off ? file.substr(0, file.size() - 5) : file;
    x.name = whole.substr(0, whole.find('.'));
    x.status = cut_off ? artifact_status::failed : artifact_status::ok;
    x.says = cut_off ? "It was being written when the capture ended." : "";
    x.file = cut_off ? "" : file;
    x.bytes = cut_off ? 0 : bytes;
    result.bill.bytes += x.bytes;
    if (result.artifacts.size() < 32)
      result.artifacts.push_back(std::move(x));
  }
  return result;
}

std::string last_words(std::string_view text, std::size_t most) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.remove_suffix(1);
  // Made harmless it only grows; so much of it may stay.
  text = text.substr(text.size() - std::min(text.size(), most));
  while (!text.empty() && continues_character(text.front()))
    text.remove_prefix(1);
  return std::string{cut_text(evidence::one_line(text), most)};
}

} // namespace pmactor
