#include "app/views/health_json.hpp"

#include "app/command_line/exit_codes.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;
using std::chrono::nanoseconds;

json seconds(const std::optional<nanoseconds>& x) {
  return x ? json(to_seconds(*x)) : json();
}

json text(const std::string& x) {
  return x.empty() ? json() : json(x);
}

/// @returns the key form of our words: "not_running".
std::string key(std::string words) {
  for (auto& x : words)
    if (x == ' ')
      x = '_';
  return words;
}

json findings_json(const std::vector<health_finding>& findings) {
  auto result = json::array();
  for (const auto& x : findings)
    result.push_back({{"level", x.is_problem ? "problem" : "note"},
                      {"actor", text(x.actor)},
                      {"text", x.sentence}});
  return result;
}

json daemon_json(const health_report& x) {
  return {{"pid", x.daemon.pid},
          {"start_ticks", x.daemon.start},
          {"boot_id", text(x.daemon.boot_id)},
          {"phase", key(to_string(x.phase))},
          {"data_folder", text(x.data_folder)},
          {"last_words", text(x.last_words)},
          {"degraded", text(x.degraded)},
          {"started_at", seconds(x.started_wall)},
          {"uptime_s", seconds(x.uptime)},
          {"pulse_at", seconds(x.pulse_wall)},
          {"pulse_age_s", seconds(x.pulse_age)}};
}

json process_json(const process_facts& x) {
  return {{"state", std::string(1, x.state)},
          {"frozen", x.frozen},
          {"cpu_s", to_seconds(x.cpu)},
          {"memory_bytes", x.memory ? json(*x.memory) : json()},
          {"threads", x.threads.size()}};
}

json children_json(const std::vector<process_facts>& x) {
  auto result = json::array();
  for (const auto& one : x)
    result.push_back(process_json(one));
  return result;
}

json coverage_json(const health_report& x) {
  return {{"taken", x.samples_taken},
          {"stored", x.samples_stored},
          {"discarded", x.samples_discarded},
          {"lost", x.samples_lost},
          {"missed", x.samples_missed}};
}

json actor_json(const actor_report& x) {
  return {{"name", x.name},
          {"phase", key(to_string(x.phase))},
          {"optional", x.optional_child},
          {"generation", x.generation},
          {"uptime_s", seconds(x.uptime)},
          {"restarts", x.restarts},
          {"last_failure", text(x.failure)},
          {"last_failure_at", seconds(x.failed)},
          {"handled", x.handled},
          {"mailbox", x.waiting},
          {"oldest_message_age_s", seconds(x.oldest_age)},
          {"last_message_age_s", seconds(x.last_message_age)},
          {"handler", x.handling_for ? text(x.handler) : json()},
          {"handler_age_s", seconds(x.handling_for)},
          {"p50_s", seconds(x.p50)},
          {"p99_s", seconds(x.p99)},
          {"set_aside", x.set_aside},
          {"dropped", x.dropped},
          {"degraded", text(x.degraded)},
          {"note", text(x.note)}};
}

} // namespace

json health_json(const health_view& view) {
  json result{{"verdict", key(to_string(view.verdict.state))},
              {"exit_code", exit_code_of(view.verdict.state)},
              {"headline", view.verdict.headline},
              {"last_sign_at", seconds(view.verdict.last_sign)},
              {"at", to_seconds(view.now_wall)},
              {"findings", findings_json(view.verdict.findings)},
              {"daemon", nullptr},
              {"process", view.facts ? process_json(*view.facts) : json()},
              {"children", children_json(view.children)},
              {"coverage", nullptr},
              {"actors", json::array()}};
  if (view.report) {
    result["daemon"] = daemon_json(*view.report);
    result["coverage"] = coverage_json(*view.report);
    for (const auto& actor : view.report->actors)
      if (actor.phase != actor_phase::absent)
        result["actors"].push_back(actor_json(actor));
  }
  return result;
}

std::string dumped(const json& document, bool indented) {
  constexpr bool ascii_only = true; // so that a terminal shows it unharmed too
  return document.dump(indented ? 2 : -1, ' ', ascii_only, json::error_handler_t::replace);
}

} // namespace pmactor
