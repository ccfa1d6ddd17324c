#define CAF_SUITE render_event

#include "app/views/encode_event.hpp"
#include "app/views/event_list.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/render_event.hpp"
#include "messages/pause.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;

namespace {

event_row stopped() {
  event_row x;
  x.id = 12;
  x.kind = "pause";
  x.started = 1'700'000'000.25;
  x.ended = 1'700'000'002.30;
  x.duration = 2.05;
  x.uncertainty = 0.05;
  x.expected = 0.1;
  x.latency_ratio = 21;
  x.asleep = 0;
  x.cause = "stopped";
  x.confidence = "high";
  x.scope = "daemon_only";
  x.ledger = R"({"stopped":1.65,"cpu_wait":0.4})";
  x.evidence = R"([{"line":"stopped","says":"SIGCONT received"},{"says":"a \u001b[31mred\u001b[0m word"}])";
  x.culprits = R"([{"pid":7,"name":"tar","reason":"wrote 298 MB/s"}])";
  x.status = "new";
  x.stress_total = 12;
  return x;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The event's line in a list that has one before it.
std::string event_list_line(const event_row& x, const event_parts& parts = {},
                            std::optional<std::size_t> width = {}) {
  event_list list{{}, width};
  list.add(x);
  return list.add(x, parts);
}

/// Lines longer than so many characters.
std::string too_long(const std::string& text, std::size_t most = 80) {
  std::istringstream in{text};
  std::string result;
  for (std::string line; std::getline(in, line);) {
    std::size_t shown = 0;
    for (const char c : line)
      shown += (static_cast<unsigned char>(c) & 0xC0u) != 0x80u ? 1 : 0;
    if (shown > most)
      result += line + '\n';
  }
  return result;
}

} // namespace

CAF_TEST(the page says what was captured and what that cost) {
  auto x = stopped();
  x.event_dir = "events/2023-11-14T22-13-20Z-12";
  x.capture = R"({"version":1,"status":"complete","why":"","findings":["tar \u001b[31m was writing 298 MB/s."],)"
              R"("artifacts":[{"name":"stacks","file":"stacks.txt","status":"ok","bytes":440,"began":0.002,)"
              R"("took":0.01,"says":""},{"name":"journal","file":"","status":"timed_out","bytes":0,"began":0.1,)"
              R"("took":10.0,"says":"It took longer than 10.0 s."}],)"
              R"("bill":{"cpu":0.038,"took":1.78,"bytes":118000}})";
  const auto page = event_page(x, {}, {"metadata.json", "stacks.txt", "stranger", "summary.json"});
  CAF_CHECK(has(page, "Evidence in events/2023-11-14T22-13-20Z-12\n"));
  CAF_CHECK(has(page, "Capturing it took 1.78 s, 38 ms of CPU time and 118 kB.\n"));
  CAF_CHECK(has(page, "  - tar \\x1b[31m was writing 298 MB/s.\n"));
  CAF_CHECK(has(page, "  stacks.txt          440 B    10 ms\n"));
  CAF_CHECK(has(page, "  journal             -        10.0 s  It took longer than 10.0 s.\n"));
  CAF_CHECK(has(page, "  stranger\n"));
  CAF_CHECK_EQUAL(too_long(page), "");
  CAF_CHECK(page.find('\x1b') == std::string::npos);
  CAF_CHECK(has(event_page(x, {}, {}), "Its files are gone"));
  const auto parsed = nlohmann::json::parse(event_json(x));
  CAF_CHECK_EQUAL(parsed["capture"]["bill"]["cpu"], 0.038);
}

CAF_TEST(evidence says whether it was taken while the event lasted) {
  auto x = stopped();
  x.started = 1'700'000'000;
  x.ended = 1'700'000'002.05;
  x.capture = R"({"status":"complete","artifacts":[)"
              R"({"name":"stacks","file":"stacks.txt","status":"ok","bytes":4,"took":0.5,"at":1700000001.0},)"
              R"({"name":"journal","file":"journal.txt","status":"ok","bytes":4,"took":2,"at":1700000001.5},)"
              R"({"name":"mounts","file":"mounts.json","status":"ok","bytes":4,"took":0.5,"at":1700000002.1}]})";
  const auto page = event_page(x, {}, {"stacks.txt", "journal.txt", "mounts.json"});
  CAF_CHECK(has(page, "  stacks.txt          4 B      500 ms  during\n"));
  CAF_CHECK(has(page, "  journal.txt         4 B      2.00 s  during and after\n"));
  CAF_CHECK(has(page, "  mounts.json         4 B      500 ms  after\n"));
}

CAF_TEST(an event that was not captured says why) {
  auto x = stopped();
  x.capture = R"({"status":"skipped","why":"The budget of 6 captures an hour was used up.","findings":[],)"
              R"("artifacts":[],"bill":{"cpu":0,"took":0,"bytes":0}})";
  CAF_CHECK(has(event_page(x, {}, {}), "\nEvidence\n  The budget of 6 captures an hour was used up.\n"));
  for (const char* broken : {"no json", "[]", "{}", R"({"status":7,"bill":[],"findings":3,"artifacts":{"a":1}})",
                             R"({"artifacts":[1,{"bytes":"x"}],"findings":[{}],"bill":{"cpu":-1}})"}) {
    x.capture = broken;
    CAF_CHECK(!event_page(x, {}, {}).empty());
  }
}

CAF_TEST(a line of the list says how long and why) {
  const auto line = event_list_line(stopped());
  CAF_CHECK(has(line, "12 2023-11-1"));
  CAF_CHECK(has(line, "2.05 s"));
  CAF_CHECK(has(line, "tar            a signal"));
}

CAF_TEST(a list on a terminal fits it and keeps why longest) {
  CAF_CHECK(has(event_list_line(stopped(), {}, 80), "a signal stopped pmactor\n"));
  const auto narrow = event_list_line(stopped(), {}, 60);
  CAF_CHECK(has(narrow, "a signal"));
  CAF_CHECK(!has(narrow, "2023-"));
  for (std::size_t width = 20; width <= 120; ++width)
    CAF_CHECK_EQUAL(too_long(event_list_line(stopped(), {}, width), std::max<std::size_t>(width, 38)), "");
}

CAF_TEST(the page of an event is as wide as it may be and breaks no word) {
  auto x = stopped();
  std::vector<sample_row> lead_up(120);
  for (std::size_t i = 0; i < lead_up.size(); ++i) {
    lead_up[i][sample_column::timestamp] = 1.7e9 + static_cast<double>(i);
    lead_up[i][sample_column::stress_total] = 100;
  }
  for (const std::size_t width : {40u, 60u, 70u})
    CAF_CHECK_EQUAL(too_long(event_page(x, lead_up, {}, {}, width), width), "");
}

CAF_TEST(a line of the list is painted by how grave it is on a terminal alone) {
  text_style colours;
  colours.colour = true;
  const auto painted_line = [&colours](event_row x) {
    event_list list{colours, 80};
    list.add(x);
    return list.add(x);
  };
  auto x = stopped();
  CAF_CHECK(has(painted_line(x), "\x1b[33m2.05 s"));
  x.duration = 12;
  CAF_CHECK(has(painted_line(x), "\x1b[31m12.0 s"));
  x.duration = 0.3;
  CAF_CHECK(!has(painted_line(x), "\x1b["));
  x.kind = "sleep";
  CAF_CHECK(painted_line(x).starts_with("\x1b[2m"));
  CAF_CHECK(!has(event_list_line(x), "\x1b"));
}

CAF_TEST(critical stress that is not over has no length yet) {
  auto x = stopped();
  x.kind = "critical";
  x.cause = x.confidence = x.ledger = x.evidence = "";
  x.ended = x.started;
  x.duration = 0;
  CAF_CHECK(has(event_list_line(x, {}, 80), " lasts "));
  CAF_CHECK(has(event_page(x, {}, {}, {}), "Lasts       no end of it is recorded yet"));
  event_ties ties;
  ties.now = *x.started + 3;
  const auto page = event_page(x, {}, {}, ties);
  CAF_CHECK(has(page, "Lasts       3.00 s so far"));
  CAF_CHECK(page.starts_with("Critical 12, since "));
  CAF_CHECK(!has(page.substr(0, page.find('\n')), " to "));
  x.ended = *x.started + 4;
  x.duration = 4;
  CAF_CHECK(has(event_list_line(x, {}, 80), " 4.00 s "));
}

CAF_TEST(critical stress says which points made it so) {
  auto x = stopped();
  x.kind = "critical";
  x.cause = x.confidence = x.ledger = x.evidence = "";
  x.stress_load = x.stress_memory = x.stress_thermal = x.stress_latency = x.stress_io = std::nullopt;
  CAF_CHECK(has(event_page(x, {}, {}, {}), "  Why         critical stress\n"));
  x.stress_load = 40;
  x.stress_memory = 0;
  x.stress_latency = 30; // it is no part of what makes an episode
  x.stress_io = 20;
  CAF_CHECK(has(event_page(x, {}, {}, {}), "  Why         critical stress: load 40 + disk 20\n"));
  sample_row second;
  second[sample_column::io_read] = 57e6;
  second[sample_column::io_write] = 0;
  CAF_CHECK(has(event_page(x, {second}, {}, {}), "critical stress: load 40 + disk 20 (57.0 MB/s read)"));
}

CAF_TEST(a stall that is not over says how far it has got) {
  event_row x;
  x.id = 41;
  x.kind = "stall";
  x.started = x.ended = 1'700'000'000;
  x.duration = 3;
  x.stall = R"({"resource":"memory","name":"","over":false})";
  const auto page = event_page(x, {}, {});
  CAF_CHECK(page.starts_with("Stall 41, since "));
  CAF_CHECK(has(page, "Lasts       3.00 s so far"));
}

CAF_TEST(a pause of pmactor alone says so where no process is blamed) {
  auto x = stopped();
  x.culprits.clear();
  CAF_CHECK(has(event_list_line(x), " pmactor alone  a signal"));
  CAF_CHECK(has(event_list_line(x, {}, 80), " itself       a signal"));
  x.scope = "system";
  CAF_CHECK(has(event_list_line(x), " -              a signal"));
}

CAF_TEST(an end that was ordered is a stop to people and an outage to programs) {
  event_row x;
  x.id = 5;
  x.kind = "outage";
  x.started = 1'700'000'000;
  x.duration = 60;
  x.facts = R"({"title":"pmactor was stopped in good order","of":"daemon"})";
  x.cause = "daemon_stopped";
  CAF_CHECK(has(event_list_line(x), " stop "));
  CAF_CHECK(event_page(x, {}, {}).starts_with("Stop 5, "));
  CAF_CHECK_EQUAL(nlohmann::json::parse(event_json(x))["kind"].get<std::string>(), "outage");
  const auto stops = of_kinds({}, {"stop", "pause"});
  CAF_CHECK_EQUAL(stops.kinds, (std::vector<std::string>{"pause"}));
  CAF_CHECK(std::find(stops.outage_causes.begin(), stops.outage_causes.end(), x.cause) != stops.outage_causes.end());
  CAF_CHECK(std::find(stops.outage_causes.begin(), stops.outage_causes.end(), "killed") == stops.outage_causes.end());
  x.cause = "panic";
  CAF_CHECK(has(event_list_line(x), " outage "));
  CAF_CHECK(event_page(x, {}, {}).starts_with("Outage 5, "));
}

CAF_TEST(no line of the list is longer than a terminal) {
  auto x = stopped();
  x.id = 99999;
  x.duration = 125;
  x.status = "pinned";
  for (const auto* kind : {"pause", "sleep", "critical"})
    for (std::size_t i = 0; i < pause_causes; ++i)
      for (const auto* sure : {"low", "high"}) {
        x.kind = kind;
        x.cause = to_string(static_cast<pause_cause>(i));
        x.confidence = sure;
        CAF_CHECK_EQUAL(too_long(event_list_line(x, {}, 80)), "");
      }
}

CAF_TEST(the page shows every line of the ledger with its share and evidence) {
  std::vector<sample_row> lead_up(120);
  for (std::size_t i = 0; i < lead_up.size(); ++i) {
    lead_up[i][sample_column::timestamp] = 1'699'999'880.0 + static_cast<double>(i);
    lead_up[i][sample_column::stress_total] = static_cast<double>(i) / 2;
  }
  const auto page = event_page(stopped(), lead_up, {"ps.txt"});
  CAF_CHECK(has(page, "Lasted      2.05 s, give or take 50 ms"));
  CAF_CHECK(has(page, "1.65 s      80 %"));
  CAF_CHECK(has(page, "400 ms      20 %"));
  CAF_CHECK(has(page, "SIGCONT received"));
  CAF_CHECK(has(page, "tar"));
  CAF_CHECK(has(page, "wrote 298 MB/s"));
  CAF_CHECK(has(page, "The 2 min before it"));
  CAF_CHECK(has(page, "ps.txt"));
  CAF_CHECK_EQUAL(too_long(page), "");
}

CAF_TEST(long and wide names keep their columns) {
  auto x = stopped();
  x.culprits = R"([{"pid":501,"name":"com.example.Helper.Content","reason":"used 312 % of a CPU"},
    {"pid":7,"name":"音楽プレーヤー","reason":"used 40 % of a CPU"},
    {"pid":123456789,"name":"rsync","reason":"wrote 9 MB/s"}])";
  const auto page = event_page(x, {}, {});
  CAF_CHECK(has(page, "\n  501       com.example.Helper.Content used 312 % of a CPU\n"));
  CAF_CHECK(has(page, "\n  7         音楽プレーヤー             used 40 % of a CPU\n"));
  CAF_CHECK(has(page, "\n  123456789 rsync                      wrote 9 MB/s\n"));
}

CAF_TEST(foreign bytes reach no terminal) {
  auto x = stopped();
  x.notes = "\x1b[2J";
  x.culprits = R"([{"pid":7,"name":"\u001b]0;x\u0007","reason":"r"}])";
  const auto page = event_page(x, {}, {"\x1b[31m"});
  CAF_CHECK(!has(page, "\x1b"));
  CAF_CHECK(!has(page, "\x07"));
}

CAF_TEST(a damaged row is shown as far as it goes) {
  event_row x;
  x.kind = "";
  x.ledger = "{not json";
  x.evidence = R"({"a":1})";
  x.culprits = "[1,2,null]";
  x.duration = 1e300;
  x.started = 1e300;
  CAF_CHECK(has(event_page(x, {}, {}), "unknown"));
  CAF_CHECK(!event_list_line(x).empty());
  CAF_CHECK(nlohmann::json::parse(event_json(x))["ledger"].is_null());
}

CAF_TEST(JSON and CSV hold the same) {
  const auto json = nlohmann::json::parse(event_json(stopped(), {sample_row{}}, {"a"}));
  CAF_CHECK_EQUAL(json["duration"].get<double>(), 2.05);
  CAF_CHECK_EQUAL(json["ledger"]["stopped"].get<double>(), 1.65);
  CAF_CHECK_EQUAL(json["lead_up"].size(), 1u);
  CAF_CHECK(json["stress"]["io"].is_null());
  auto x = stopped();
  x.notes = "say \"hi\", please";
  const auto csv = event_csv_line(x);
  CAF_CHECK(has(csv, R"("say ""hi"", please")"));
  const auto fields = [](const std::string& text) {
    bool quoted = false;
    return std::count_if(text.begin(), text.end(), [&quoted](char c) {
      quoted = quoted != (c == '"');
      return c == ',' && !quoted;
    });
  };
  CAF_CHECK_EQUAL(fields(event_csv_heading()), fields(csv));
  CAF_CHECK(has(csv, R"("[{""pid"":7,""name"":""tar"",)"));
}

CAF_TEST(no control character gets into CSV) {
  auto x = stopped();
  x.notes = "red \x1b[31m and \a bell\r";
  x.cause = "\x1b]0;title\a";
  const auto csv = event_csv_line(x);
  CAF_CHECK(csv.find_first_of("\x1b\a\r") == csv.npos);
  CAF_CHECK(has(csv, R"(red \x1b[31m and \x07 bell\x0d)"));
}

CAF_TEST(a stall shows what the beat lost within it and a part of which stall it is) {
  event_row stall;
  stall.id = 41;
  stall.event_id = 8'000;
  stall.kind = "stall";
  stall.started = 1'700'000'000;
  stall.ended = 1'700'000'019;
  stall.stall = R"({"resource":"memory","name":"","over":true})";
  auto part = stopped();
  part.part_of = 8'000;
  event_ties ties;
  ties.parts = {12, 4.6, 0.54};
  CAF_CHECK(has(event_page(stall, {}, {}, ties), "pmactor's own beat paused as well: 12 times, 4.60 s in all,"));
  CAF_CHECK(has(event_page(stall, {}, {}, ties), "longest 540 ms\n"));
  CAF_CHECK(has(event_list_line(stall, ties.parts), "memory did not answer, 12 pauses\n"));
  CAF_CHECK(has(event_list_line(stall, {1, 0.5, 0.5}), "memory did not answer, 1 pause\n"));
  CAF_CHECK(has(event_list_line(stall), "memory did not answer\n"));
  CAF_CHECK(!has(event_page(stall, {}, {}), "beat paused"));
  const auto whole = nlohmann::json::parse(event_json(stall, {}, {}, ties));
  CAF_CHECK_EQUAL(whole["parts"]["count"].get<int>(), 12);
  CAF_CHECK(whole["part_of"].is_null());
  ties = {};
  ties.stall = stall;
  const auto page = event_page(part, {}, {}, ties);
  CAF_CHECK(has(page, "Part of     stall 41, "));
  CAF_CHECK(has(page, "memory did not"));
  CAF_CHECK_EQUAL(too_long(page), "");
  CAF_CHECK(has(event_list_line(part), " (stall)\n"));
  CAF_CHECK(has(event_json(part), R"("part_of":"8000")"));
  CAF_CHECK(event_csv_heading().ends_with(
    ",event_id,part_of,ledger,evidence,culprits,stall,event_dir,title,facts,blamed,blame_share,blame_source\n"));
  CAF_CHECK(has(event_csv_line(part), ",,8000,\"{\"\"stopped\"\":1.65,"));
  CAF_CHECK(has(event_csv_line(stall), ",8000,,,,,\"{\"\"resource\"\":"));
  CAF_CHECK(event_csv_line(stall).ends_with(",\"\",,\"\"\n"));
}

CAF_TEST(a sparkline shows the highest of each column and blanks for what is unknown) {
  CAF_CHECK_EQUAL(sparkline({0.0, 50.0, 100.0}, 100, 3), "▁▄█");
  CAF_CHECK_EQUAL(sparkline({0.0, 100.0, 0.0, 0.0}, 100, 2), "█▁");
  CAF_CHECK_EQUAL(sparkline({std::nullopt, 500.0}, 100, 4), " █  ");
  CAF_CHECK_EQUAL(sparkline({}, 100, 3), "   ");
}
