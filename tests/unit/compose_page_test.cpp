#define CAF_SUITE compose_page

#include "app/web/compose_page.hpp"
#include "app/web/compose_patterns.hpp"
#include "app/web/web_assets.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>

#include "support/example_report.hpp"
#include "support/hostile_names.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace pmactor::web;

namespace {

const std::vector<page_link> links{{"/", "Now"}, {"/history", "History"}};

/// @returns what of the markup could do something: a script of others, a handler, a call to
/// elsewhere.
std::string dangers(const std::string& page) {
  std::string result;
  for (const char c : page)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f)
      result += "control character; ";
  static const std::regex tag{R"(<\s*([A-Za-z!/][^\s>]*)([^>]*)>)"};
  static const std::regex safe_script{R"( src="/assets/[a-z.]+" defer)"};
  for (std::sregex_iterator one{page.begin(), page.end(), tag}, none; one != none; ++one) {
    const auto name = (*one)[1].str(), rest = (*one)[2].str();
    if (name == "script" && !std::regex_match(rest, safe_script))
      result += one->str() + "; ";
    if (name == "img" || name == "iframe" || name == "object" || name == "style" || name == "base")
      result += one->str() + "; ";
    static const std::regex handler{R"re(\s(on[a-z]+|srcdoc|action)=)re"};
    if (std::regex_search(rest, handler) && rest.find("action=\"/login\"") == rest.npos)
      result += one->str() + "; ";
    static const std::regex link{R"re(\s(href|src)="([^"]*)")re"};
    for (std::sregex_iterator x{rest.begin(), rest.end(), link}, end; x != end; ++x)
      if (!(*x)[2].str().starts_with("/") && !(*x)[2].str().starts_with("#"))
        result += x->str() + "; ";
  }
  return result;
}

envelope example_envelope() {
  envelope x;
  x.step = 1;
  x.series.resize(chart_values);
  for (int i = 0; i < 50; ++i) {
    x.at.push_back(1'700'000'000 + i);
    for (auto& one : x.series)
      one.push_back(i == 20 ? value_range{}
                            : value_range{static_cast<float>(i), static_cast<float>(i + 2),
                                          static_cast<float>(i + 1)});
  }
  return x;
}

std::vector<listed_event> events_named(const std::string& name) {
  auto x = example_report(name).event;
  x.kind = name.size() > 40 ? "stall" : name.empty() ? "pause" : name; // a foreign database
  x.stall = nlohmann::json{{"resource", "mount"}, {"name", name}}.dump(
    -1, ' ', false, nlohmann::json::error_handler_t::replace);
  auto stall = x;
  stall.kind = "stall";
  return {{x, {}}, {stall, {3, 1, 0.5}}};
}

} // namespace

CAF_TEST(hostile names do nothing on any page) {
  for (const auto& name : hostile_names()) {
    const auto facts = example_report(name);
    now_facts now;
    now.curves = example_envelope();
    now.range = {1'700'000'000, 1'700'000'050};
    now.events = events_named(name);
    now.status.trouble = name;
    now.status.stalls = {now.events.back().event};
    health_view health;
    health.verdict.headline = name;
    health.verdict.findings = {{true, name, name}};
    health.report.emplace();
    actor_report actor;
    actor.name = actor.note = actor.failure = actor.degraded = actor.handler = name;
    actor.phase = actor_phase::running;
    actor.handling_for = std::chrono::seconds{3};
    health.report->actors = {actor, actor};
    const auto now_parts = compose_now(now), actors = compose_actors(health, "");
    found_patterns patterns;
    patterns.patterns.resize(1);
    patterns.patterns[0].traits = {"stall", "", "mount", name, name};
    patterns.patterns[0].unit = name;
    patterns.patterns[0].ids = {1, 2, 3};
    patterns.rest.push_back({patterns.patterns[0].traits, 2, 0, name});
    std::vector<chart_band> bands;
    for (const auto& x : now.events)
      bands.push_back(band_of(x.event));
    for (const auto& body :
         {event_body(facts), now_body(now_parts), actors_body(actors),
          actors_body(compose_actors({}, name)), trouble_body(name, name),
          history_body({now.curves, now.range, now.events, bands, 1000, false, 0}),
          events_table(now.events), patterns_body(patterns, 30, 0)}) {
      const auto page = compose_page({"/", name, body, "now", true}, links, true);
      CAF_CHECK_EQUAL(dangers(page), "");
      CAF_CHECK(page.size() < 400'000);
    }
    CAF_CHECK(nlohmann::json::accept(parts_document(now_parts)));
    CAF_CHECK(nlohmann::json::accept(charts_document(now.curves, now.range, bands, true)));
  }
  CAF_CHECK_EQUAL(dangers(login_page()), "");
}

CAF_TEST(the page of an event says how many are like it) {
  const auto page = event_body(example_report());
  CAF_CHECK(page.find("Like 12 others, the last before it 2023-11-13 22:13.") != page.npos);
}

CAF_TEST(no event is left out of a chart however many there are) {
  constexpr double month = 30 * 86'400.0;
  std::vector<chart_band> all;
  for (int i = 0; i < 20'000; ++i) {
    const auto from = month * i / 20'000;
    all.push_back({i + 1, i % 2 == 0 ? "pause" : "stall", from, from + 1 + i % 7, "it paused"});
  }
  all.push_back({77'777, "pause", 1000, 1000 + month / 2, "a long one"});
  all[7000].to = all[7000].from + 60;
  all[7000].words = "the longest there";
  const auto drawn = merge_bands(all, {0, month}, 800);
  CAF_CHECK(drawn.size() <= 3300);
  for (const auto& x : all)
    CAF_CHECK(std::any_of(drawn.begin(), drawn.end(), [&x](const chart_band& one) {
      return one.kind == x.kind && one.from <= x.from && one.to >= x.to;
    }));
  const auto says = [&drawn](const char* part) {
    return std::any_of(drawn.begin(), drawn.end(), [part](const chart_band& one) {
      return one.words.find(part) != one.words.npos;
    });
  };
  CAF_CHECK(says("events close together, the longest: the longest there"));
  CAF_CHECK(std::any_of(drawn.begin(), drawn.end(), [](const chart_band& one) {
    return one.id == 77'777 && one.words == "a long one" && one.to == 1000 + month / 2;
  }));
  // Few are as they were.
  const std::vector<chart_band> few{{1, "pause", 10, 12, "a"}, {2, "pause", 1e6, 1e6 + 2, "b"}};
  const auto same = merge_bands(few, {0, month}, 800);
  CAF_REQUIRE_EQUAL(same.size(), 2u);
  CAF_CHECK_EQUAL(same[1].words, "b");
}

CAF_TEST(a stall that lasts is drawn up to the present) {
  event_row x;
  x.kind = "stall";
  x.started = 100;
  x.stall = R"({"resource":"disk","name":"sda","over":false})";
  CAF_CHECK_EQUAL(band_of(x, 500).to, 500.0);
  x.stall = R"({"resource":"disk","name":"sda","over":true})";
  x.ended = 160;
  CAF_CHECK_EQUAL(band_of(x, 500).to, 160.0);
}

CAF_TEST(a stop in good order is marked as one) {
  event_row x;
  x.kind = "outage";
  x.cause = "daemon_stopped";
  x.started = 100;
  x.ended = 160;
  CAF_CHECK_EQUAL(band_of(x, 500).kind, "stop");
  CAF_CHECK_EQUAL(holes_of({band_of(x, 500)}).size(), 1u);
  x.cause = "killed";
  CAF_CHECK_EQUAL(band_of(x, 500).kind, "outage");
}

CAF_TEST(a band says why where its kind has no cause) {
  event_row x;
  x.kind = "slowed";
  x.started = 100;
  x.ended = 116;
  x.duration = 16;
  x.facts = R"({"title":"unit a.service was throttled by its CPU quota"})";
  CAF_CHECK_EQUAL(band_of(x, 500).words.substr(0, 14), "unit a.service");
}

CAF_TEST(a list that is cut says so) {
  history_facts x;
  x.data = example_envelope();
  x.range = {1'700'000'000, 1'700'000'050};
  x.events = events_named("a");
  x.events_in_all = 1234;
  CAF_CHECK(history_body(x).find("The newest 2 of 1,234; come closer") != std::string::npos);
  x.events_in_all = 2;
  CAF_CHECK(history_body(x).find("The newest") == std::string::npos);
}

CAF_TEST(charts have words for who does not see them) {
  const auto page = draw_charts(example_envelope(), {1'700'000'000, 1'700'000'050}, {});
  CAF_CHECK(page.find("aria-label=\"Disks. read up to 51 bytes/s. written up to 51 bytes/s.\"")
            != page.npos);
  CAF_CHECK(page.find("aria-label=\"Late, or slow to answer. beat up to 51.0 s. processors up to") != page.npos);
  CAF_CHECK(draw_charts({{}, std::vector<std::vector<value_range>>(chart_values), 0}, {0, 1}, {})
              .find("No samples")
            != std::string::npos);
}

CAF_TEST(a page says which one it is) {
  const auto page = compose_page({"/history", "History", "", "", true}, links, true);
  CAF_CHECK(page.find("<a href=\"/history\" aria-current=\"page\">History</a>") != page.npos);
  CAF_CHECK(page.find("dygraph.min.js") != page.npos);
  CAF_CHECK(compose_page({"/", "Now", "", "now", false}, links, true).find("dygraph") == page.npos);
  CAF_CHECK(compose_page({"/history", "History", "", "", true}, links, false).find("dygraph")
            == page.npos);
}

CAF_TEST(assets are part of the program) {
  CAF_CHECK(asset("page.js").find("EventSource") != std::string::npos);
  CAF_CHECK(asset("page.css").find("prefers-color-scheme") != std::string::npos);
  CAF_CHECK(!asset("icon.svg").empty());
  for (const auto* none : {"", "page", "../page.js", "/etc/passwd", "page.js/"})
    CAF_CHECK(asset(none).empty());
}
