#include "app/views/health_json.hpp"

#include "app/command_line/exit_codes.hpp"
#include "app/views/json_form.hpp"

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
  json result{{"pid", x.daemon.pid},
              {"start_ticks", x.daemon.start},
              {"boot_id", text(x.daemon.boot_id)},
              {"phase", key(to_string(x.phase))},
              {"data_folder", text(x.data_folder)},
              {"last_words", text(x.last_words)},
              {"degraded", text(x.degraded)}};
  put_moment(result, "started", x.started_wall);
  result["uptime"] = seconds(x.uptime);
  put_moment(result, "pulse", x.pulse_wall);
  result["pulse_age"] = seconds(x.pulse_age);
  return result;
}

json process_json(const process_facts& x) {
  return {{"state", std::string(1, x.state)},
          {"frozen", x.frozen},
          {"cpu_time", to_seconds(x.cpu)},
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

json slow_json(const actor_report::slow_report& x) {
  return {{"count", x.count},      {"handler", text(x.handler)}, {"took", to_seconds(x.took)},
          {"ran", seconds(x.ran)}, {"ready", seconds(x.ready)},  {"blocked", seconds(x.blocked)}};
}

json actor_json(const actor_report& x) {
  json result{{"name", x.name},
              {"phase", key(to_string(x.phase))},
              {"optional", x.optional_child},
              {"generation", x.generation},
              {"uptime", seconds(x.uptime)},
              {"restarts", x.restarts},
              {"last_failure", text(x.failure)}};
  put_moment(result, "failed", x.failed);
  result.update({{"handled", x.handled},
                 {"mailbox", x.waiting},
                 {"oldest_message_age", seconds(x.oldest_age)},
                 {"last_message_age", seconds(x.last_message_age)},
                 {"handler", x.handling_for ? text(x.handler) : json()},
                 {"handler_age", seconds(x.handling_for)},
                 {"p50", seconds(x.p50)},
                 {"p99", seconds(x.p99)},
                 {"slow_handlers", x.slow ? slow_json(*x.slow) : json()},
                 {"set_aside", x.set_aside},
                 {"dropped", x.dropped},
                 {"degraded", text(x.degraded)},
                 {"note", text(x.note)}});
  return result;
}

} // namespace

json health_json(const health_view& view) {
  auto result = begin_json();
  put_moment(result, "timestamp", view.now_wall);
  result.update({{"verdict", key(to_string(view.verdict.state))},
                 {"exit_code", exit_code_of(view.verdict.state)},
                 {"headline", view.verdict.headline}});
  put_moment(result, "last_sign", view.verdict.last_sign);
  result.update({{"findings", findings_json(view.verdict.findings)},
                 {"daemon", nullptr},
                 {"process", view.facts ? process_json(*view.facts) : json()},
                 {"children", children_json(view.children)},
                 {"coverage", nullptr},
                 {"actors", json::array()}});
  if (view.report) {
    result["daemon"] = daemon_json(*view.report);
    result["coverage"] = coverage_json(*view.report);
    for (const auto& actor : view.report->actors)
      if (actor.phase != actor_phase::absent)
        result["actors"].push_back(actor_json(actor));
  }
  return result;
}

} // namespace pmactor
