#define CAF_SUITE render_blame

#include "app/report/draw_blame.hpp"
#include "app/trace/write_trace.hpp"
#include "app/views/encode_event.hpp"
#include "app/views/event_values.hpp"
#include "app/views/render_blame.hpp"
#include "app/views/render_event.hpp"
#include "messages/blame.hpp"

#include <algorithm>
#include <sstream>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using json = nlohmann::ordered_json;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

blame_facts example() {
  blame_facts x;
  x.source = blame_source::recorded;
  x.resource = "CPU 1";
  x.victim = "pmactor's beat";
  x.harm = 2s;
  doer compilers, hog;
  compilers.name = "cc1plus", compilers.parent = "make", compilers.processes = 14, compilers.held = 1240ms;
  compilers.unit = "build.scope";
  hog.name = "evil\x1b[31m<b>", hog.pid = 21, hog.held = 400ms;
  x.doers = {compilers, hog};
  x.others = 300ms, x.other_processes = 5, x.uncharged = 20ms, x.unknown = 40ms;
  x.remarks = {"the record covers the last 1.30 s of 2.00 s"};
  auto& drawn = x.timeline.emplace();
  drawn.began = 1'700'000'000s;
  drawn.length = 2s;
  drawn.tasks = {{-1, -1, "several"}, {21, 22, "evil\x1b[31m<b>"}, {30, 30, "cc1plus"}};
  drawn.cpus = {{0, 0s}, {1, 700ms}};
  drawn.slices = {{0, 1, 0s, 1s}, {0, 2, 1s, 500ms}, {1, 2, 700ms, 1300ms}};
  return x;
}

event_row example_row() {
  event_row x;
  x.id = 7;
  x.kind = "pause";
  x.cause = "cpu_wait";
  x.confidence = "high";
  x.started = 1.7e9 + 0.1;
  x.ended = 1.7e9 + 2.1;
  x.duration = 2;
  x.ledger = R"({"cpu_wait":1.9,"own_work":0.1})";
  x.blame = to_json(example());
  return x;
}

} // namespace

CAF_TEST(the stored form holds all and its parts sum up) {
  const auto x = json::parse(to_json(example()));
  CAF_CHECK_EQUAL(x["source"], "recorded");
  double sum = x["others"].get<double>() + x["nobody"].get<double>() + x["unknown"].get<double>();
  for (const auto& one : x["doers"])
    sum += one["held"].get<double>();
  CAF_CHECK(std::abs(sum - x["harm"].get<double>()) < 1e-9);
  CAF_CHECK_EQUAL(x["timeline"]["cpus"][1]["slices"][0], (json{700000, 1300000, 2}));
  CAF_CHECK_EQUAL(x["timeline"]["cpus"][1]["covers_from"], 0.7);
}

CAF_TEST(a timeline that would not fit is left out and the rest stays) {
  auto x = example();
  for (int i = 0; i < 5000; ++i)
    x.timeline->slices.push_back({1, 2, 700ms, 1ms});
  const auto text = to_json(x);
  CAF_CHECK_LESS(text.size(), std::size_t{48} << 10);
  CAF_CHECK(!json::parse(text).contains("timeline"));
  CAF_CHECK_EQUAL(json::parse(text)["doers"].size(), 2u);
}

CAF_TEST(what is known by samples is called that and comes back from its stored form) {
  auto blame = example();
  blame.source = blame_source::sampled;
  const auto stored = json::parse(to_json(blame));
  CAF_CHECK_EQUAL(stored["source"], "sampled");
  CAF_CHECK(blame_source_from("sampled") == blame_source::sampled);
  auto row = example_row();
  row.blame = to_json(blame);
  CAF_CHECK(has(event_page(row, {}, {}), "Who held CPU 1 while pmactor's beat waited (by samples)"));
}

CAF_TEST(a person reads who held the CPU and for how long and what is not known) {
  const auto page = event_page(example_row(), {}, {});
  CAF_CHECK(has(page, "Who held CPU 1 while pmactor's beat waited (recorded)"));
  CAF_CHECK(has(page, "cc1plus ×14 of make"));
  CAF_CHECK(has(page, "62 %  build.scope"));
  CAF_CHECK(has(page, "5 others"));
  CAF_CHECK(has(page, "  no process "));
  CAF_CHECK(has(page, "  not recorded "));
  CAF_CHECK(has(page, "The record covers the last 1.30 s of 2.00 s."));
  CAF_CHECK(!has(page, "\x1b[31m"));
}

CAF_TEST(a table has the first of the doers) {
  CAF_CHECK(event_csv_line(example_row()).ends_with(",\"cc1plus\",0.6200,\"recorded\"\n"));
  CAF_CHECK(has(event_json(example_row()), "\"blame\":{\"source\":\"recorded\""));
}

CAF_TEST(what is no blame shows nothing and harms nothing) {
  for (const auto* text : {"", "null", "[]", "{}", "{\"harm\":\"x\",\"doers\":7}", "{\"harm\":-1}", "{\"harm\":1,\"doers\":[1,[],{}]}",
                           "{\"harm\":1,\"timeline\":{\"cpus\":[7,{\"cpu\":-1,\"slices\":[[1],[1,2,\"x\"],[1,2,99]]}],\"began\":1,\"length\":1}}"}) {
    auto x = example_row();
    x.blame = text;
    CAF_CHECK(!has(event_page(x, {}, {}), "Who held it while"));
    CAF_CHECK(!event_csv_line(x).empty());
    report::blame_section(x);
    std::ostringstream out;
    write_trace(out, {x, {}, {}, {}, "test"});
    CAF_CHECK(json::parse(out.str()).is_object());
  }
}

CAF_TEST(a trace says what a task was up to while it was on no CPU where that is recorded) {
  auto x = example();
  auto& drawn = *x.timeline;
  drawn.cpus = {{0, 0s}};
  drawn.slices = {{0, 1, 0s, 100ms, true}, {0, 2, 100ms, 200ms}, {0, 1, 300ms, 100ms},
                  {0, 2, 500ms, 100ms},    {0, 0, 600ms, 100ms}, {0, 1, 700ms, 100ms}};
  auto row = example_row();
  row.blame = to_json(x);
  std::ostringstream out;
  write_trace(out, {row, {}, {}, "host", "test"});
  std::string states;
  const auto trace = json::parse(out.str());
  for (const auto& one : trace["traceEvents"])
    if (one.value("cat", "") == "state" && one["tid"] == 22)
      states += one["name"].get<std::string>() + ' '
                + std::to_string(std::lround(one["dur"].get<double>() / 1000)) + ", ";
  // From 400 ms on it may have been among those that are drawn as one.
  CAF_CHECK_EQUAL(states, "Running 100, Runnable (preempted) 200, Running 100, Running 100, ");
  states.clear();
  for (const auto& one : trace["traceEvents"])
    if (one.value("cat", "") == "state" && one["tid"] == 30)
      states += one["name"].get<std::string>() + ", ";
  CAF_CHECK_EQUAL(states, "Running, Sleeping, Running, ");
  CAF_CHECK(has(report::blame_section(row), "Who was on CPU 0"));
}

CAF_TEST(what is drawn as one has the colour of its biggest user and none is accused without a suspect) {
  auto x = example();
  x.timeline->tasks.push_back({30, -1, "cc1plus"});
  x.timeline->slices.push_back({1, 3, 0s, 500ms});
  auto row = example_row();
  row.blame = to_json(x);
  const auto page = report::blame_section(row);
  CAF_CHECK(has(page, ">several, most of it cc1plus, 500 ms<"));
  CAF_CHECK(has(page, "Who was on the CPUs"));
  CAF_CHECK(!has(page, "Who did it"));
  row.culprits = R"([{"pid":30,"name":"cc1plus"}])";
  CAF_CHECK(has(report::blame_section(row), "Who did it"));
}

CAF_TEST(a report has a strip for each CPU and no foreign markup) {
  const auto page = report::blame_section(example_row());
  CAF_CHECK(has(page, "Who was on CPU 0"));
  CAF_CHECK(has(page, "Who was on CPU 1"));
  CAF_CHECK(has(page, "not recorded"));
  CAF_CHECK(!has(page, "<b>CPU 1</b> <b>"));
  CAF_CHECK(!has(page, "evil\x1b"));
  CAF_CHECK(!has(page, "<b>,"));
}

CAF_TEST(a trace has the CPUs and tasks and the event and counters as its format wants them) {
  sample_row second;
  second[sample_column::timestamp] = 1.7e9 - 1;
  second[sample_column::cpu_pct] = 99;
  second[sample_column::psi_cpu_some] = 42;
  std::ostringstream out;
  write_trace(out, {example_row(), {}, {second}, "host", "test"});
  const auto trace = json::parse(out.str());
  CAF_REQUIRE(trace["traceEvents"].is_array());
  std::size_t cpu_slices = 0, running = 0, counters = 0, ledger = 0;
  for (const auto& x : trace["traceEvents"]) {
    const auto phase = x["ph"].get<std::string>();
    CAF_REQUIRE(x["pid"].is_number_integer() && x["tid"].is_number_integer() && x["name"].is_string());
    if (phase == "X") {
      CAF_CHECK(x["ts"].get<double>() >= 0);
      CAF_CHECK(x["dur"].get<double>() >= 0);
      cpu_slices += x["cat"] == "sched" ? 1u : 0u;
      running += x["cat"] == "state" ? 1u : 0u;
      ledger += x["cat"] == "ledger" ? 1u : 0u;
      if (x["cat"] == "pmactor") {
        CAF_CHECK_EQUAL(x["ts"], 1'100'000.0);
        CAF_CHECK_EQUAL(x["dur"], 2'000'000.0);
      }
    }
    counters += phase == "C" ? 1u : 0u;
  }
  CAF_CHECK_EQUAL(cpu_slices, 3u);
  CAF_CHECK_EQUAL(running, 3u);
  CAF_CHECK_EQUAL(counters, 2u);
  CAF_CHECK_EQUAL(ledger, 2u);
  CAF_CHECK_EQUAL(trace["otherData"]["event"], 7);
}
