// Fifty names that have hurt other programs, in every view of the terminal and every form for
// programs; the pages of the browser have theirs in compose_page and render_report.
#define CAF_SUITE hostile_views

#include "app/bundle/compose_summary.hpp"
#include "app/explain/render_answer.hpp"
#include "app/patterns/render_patterns.hpp"
#include "app/report/render_period.hpp"
#include "app/top/lay_out_top.hpp"
#include "app/top/summarize_event.hpp"
#include "app/views/encode_event.hpp"
#include "app/views/event_list.hpp"
#include "app/views/event_values.hpp"
#include "app/views/health_json.hpp"
#include "app/views/render_event.hpp"
#include "app/views/render_samples.hpp"
#include "app/views/render_status.hpp"
#include "messages/utf8.hpp"

#include <nlohmann/json.hpp>

#include "support/example_report.hpp"
#include "support/hostile_names.hpp"
#include "support/test.hpp"

using namespace pmactor;

namespace {

constexpr double now = 1'700'000'100;

/// @returns what of the text a terminal would obey, or would take for something else: controls,
/// marks that turn what follows, bytes that are no UTF-8. Empty if nothing is.
/// @param is_data a cell of a table for programs, which keeps tabs and marks as they are.
std::string dangers(std::string_view text, bool is_data = false) {
  std::string result;
  while (!text.empty()) {
    const auto [length, code] = first_character(text);
    if (length == 0)
      result += "no UTF-8; ";
    else if ((code < 0x20 && code != '\n' && !(is_data && code == '\t'))
             || (code >= 0x7f && code < 0xa0))
      result += "control " + std::to_string(static_cast<std::uint32_t>(code)) + "; ";
    else if (!is_data && ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)))
      result += "turns the text; ";
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

std::string quoted(const std::string& name) {
  return nlohmann::json(name).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// An event with the name in each of its texts.
event_row event_of(const std::string& name, const std::string& kind) {
  auto x = example_report(name).event;
  x.kind = kind;
  x.stall = "{\"resource\":\"mount\",\"name\":" + quoted(name) + ",\"felt_by\":[" + quoted(name)
            + "],\"waiting\":[{\"pid\":1,\"name\":" + quoted(name) + "}]}";
  x.blame = "{\"source\":\"recorded\",\"resource\":" + quoted(name) + ",\"victim\":" + quoted(name)
            + ",\"harm\":2,\"doers\":[{\"name\":" + quoted(name) + ",\"unit\":" + quoted(name)
            + ",\"parent\":" + quoted(name) + ",\"processes\":3,\"held\":1}],\"remarks\":["
            + quoted(name) + "]}";
  x.facts = "{\"title\":" + quoted(name) + ",\"line\":" + quoted(name)
            + ",\"source\":" + quoted(name) + "}";
  return x;
}

std::vector<event_row> events_of(const std::string& name) {
  std::vector<event_row> result;
  for (const auto* kind :
       {"pause", "stall", "sleep", "critical", "incident", "slowed", "clock", "outage"})
    result.push_back(event_of(name, kind));
  auto odd = event_of(name, name); // a foreign database
  odd.cause = odd.confidence = odd.scope = odd.status = odd.event_dir = name;
  result.push_back(std::move(odd));
  return result;
}

top_page top_page_of(const std::string& name) {
  top_page page;
  page.oldest = now - 3600;
  auto all = std::make_shared<std::vector<top_event>>();
  std::int64_t id = 0;
  for (const auto& x : events_of(name)) {
    top_event one;
    one.id = ++id;
    one.kind = x.kind;
    one.from = now - 20;
    one.to = now - 10;
    one.line = event_list{{}, std::nullopt, top_id_width}.row(x);
    one.line.pop_back();
    one.about = summarize_event(x, {}).about;
    all->push_back(std::move(one));
  }
  page.events = std::move(all);
  page.processes.resize(2);
  for (auto& x : page.processes) {
    x.sample.name = name;
    x.unit = name;
  }
  page.processes_at = now;
  page.daemon.is_running = true;
  page.daemon.word = name;
  page.daemon.sentence = name;
  page.daemon.actors = {{name, name, name, true}, {name, name, name, false}};
  return page;
}

} // namespace

CAF_TEST(there are fifty names) {
  CAF_CHECK(hostile_names().size() >= 50);
}

CAF_TEST(hostile names do nothing in what is said of events) {
  for (const auto& name : hostile_names()) {
    auto facts = example_report(name);
    for (const auto& x : events_of(name)) {
      const event_ties ties{x, {3, 1, 0.5}, {name, name, 3}};
      event_list list{{}, 120};
      CAF_CHECK_EQUAL(dangers(list.add(x, ties.parts)), "");
      CAF_CHECK_EQUAL(dangers(event_page(x, {}, {name}, ties)), "");
      CAF_CHECK_EQUAL(dangers(event_csv_line(x), true), "");
      for (const auto& json : {event_json(x), event_json(x, {}, {name}, ties)})
        CAF_CHECK(nlohmann::json::accept(json));
      facts.event = x;
      CAF_CHECK_EQUAL(dangers(compose_summary(facts, {name, name, name, name, 1, {}, {}})), "");
    }
  }
}

CAF_TEST(hostile names do nothing on any screen of the live view) {
  for (const auto& name : hostile_names()) {
    auto page = top_page_of(name);
    for (std::size_t list = 0; list < top_lists; ++list)
      for (const bool typing : {false, true}) {
        top_state state;
        state.list = static_cast<top_list>(list);
        if (typing) {
          state.typed = top_state::typing::filter;
          state.text = state.filter = name.substr(0, 64);
        }
        const bool unicode = !typing;
        CAF_CHECK_EQUAL(dangers(lay_out_top(state, page, 100, 24, now, unicode).text()), "");
        state.cursor = state.right = now - 15; // within the events
        CAF_CHECK_EQUAL(dangers(lay_out_top(state, page, 100, 24, now, unicode).text()), "");
      }
    page.trouble = name;
    CAF_CHECK_EQUAL(dangers(lay_out_top({}, page, 100, 30, now, true).text()), "");
  }
}

CAF_TEST(hostile names do nothing in status and inspect) {
  for (const auto& name : hostile_names()) {
    health_view health;
    health.verdict.headline = name;
    health.verdict.findings = {{true, name, name}, {false, name, name}};
    health.report.emplace();
    actor_report actor;
    actor.name = actor.note = actor.failure = actor.degraded = actor.handler = name;
    actor.phase = actor_phase::running;
    actor.handling_for = std::chrono::seconds{3};
    health.report->actors = {actor, actor};
    status_view status;
    status.health = health;
    status.trouble = name;
    status.stalls = {event_of(name, "stall")};
    status.outage = event_of(name, "outage");
    status.now = std::chrono::seconds{static_cast<std::int64_t>(now)};
    for (const auto& text :
         {render_health(health, {}), status_line(status), render_status(status, {})})
      CAF_CHECK_EQUAL(dangers(text), "");
    for (const auto& json : {status_json(status), dumped(health_json(health), false)})
      CAF_CHECK(nlohmann::json::accept(json));
  }
}

CAF_TEST(hostile names do nothing in history and explain and patterns) {
  for (const auto& name : hostile_names()) {
    process_sample process;
    process.name = name;
    std::string line, json;
    append_process_line(line, process, {});
    const std::vector<process_sample> processes{process};
    append_json_row(json, {}, &processes);
    CAF_CHECK_EQUAL(dangers(line), "");
    CAF_CHECK(nlohmann::json::accept(json));
    span_answer answer;
    answer.span = {now - 60, now};
    span_event found;
    found.kind = found.who = name;
    found.why = event_reason(event_of(name, "stall"));
    found.time = {now - 30, now - 20};
    answer.found = {{found, 10, false}};
    answer.nearby = {found};
    CAF_CHECK_EQUAL(dangers(render_answer(answer, {})), "");
    CAF_CHECK(nlohmann::json::accept(answer_json(answer)));
    found_patterns patterns;
    patterns.patterns.resize(1);
    patterns.patterns[0].traits = {name, name, name, name, name};
    patterns.patterns[0].unit = name;
    patterns.patterns[0].ids = {1, 2, 3};
    patterns.rest.push_back({{"stall", "", "mount", name, name}, 2, now, name});
    CAF_CHECK_EQUAL(dangers(render_patterns(patterns, now, {})), "");
    CAF_CHECK(nlohmann::json::accept(patterns_json(patterns)));
    const auto page = render_period({events_of(name), answer, patterns, "1", now});
    CAF_CHECK_EQUAL(dangers(page), "");
    for (const auto* tag : {"<script", "<img", "<iframe", "<svg on", "<base", "<a href=\"http"})
      CAF_CHECK_EQUAL(page.find(tag), page.npos);
  }
}
