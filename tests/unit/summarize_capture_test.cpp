#define CAF_SUITE summarize_capture

#include "actors/forensics_supervisor/summarize_capture.hpp"

#include <nlohmann/json.hpp>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

const std::string evil = "\"; rm -rf ~ #\n\x1b[31m<b>&";

event_record event() {
  event_record x;
  x.event.started = 1'768'900'213s;
  x.event.ended = 1'768'900'216s;
  x.event.duration = 3s;
  x.event.cause = pause_cause::io;
  x.event.sure = confidence::high;
  x.event.book[pause_cause::io] = {3s, "waited for a disk"};
  x.culprits = {{7, 1.5, evil, "wrote 298 MB/s"}};
  x.stress = stress_score{};
  x.stress->load = 12;
  return x;
}

} // namespace

CAF_TEST(findings come by weight and each once) {
  const auto found = summarize_capture(event(), {{10, "low"}, {99, "high"}, {10, "low"}}, {});
  CAF_REQUIRE_EQUAL(found.size(), 3u);
  CAF_CHECK_EQUAL(found[0], "high");
  CAF_CHECK_EQUAL(found[1],
                  "The first suspect: \"; rm -rf ~ # \\x1b[31m<b>& (pid 7), wrote 298 MB/s.");
  CAF_CHECK_EQUAL(found[2], "low");
}

CAF_TEST(a busy process is not suspected where it is not known why and many have no number) {
  auto x = event();
  x.event.cause = pause_cause::unexplained;
  x.culprits = {{0, {}, "processes that have ended", "used 190 % of a CPU meanwhile"}};
  const auto found = summarize_capture(x, {}, {});
  CAF_CHECK_EQUAL(found.at(0),
                  "Busy at the time: processes that have ended, used 190 % of a CPU meanwhile.");
}

CAF_TEST(what could not be captured is found as well) {
  artifact_result slow, broken;
  slow.name = "remote_mounts";
  slow.status = artifact_status::timed_out;
  slow.took = 5s;
  broken.name = "journal";
  broken.status = artifact_status::failed;
  broken.says = "No right.";
  const auto found = summarize_capture({}, {}, {slow, broken});
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK_EQUAL(found[0], "Capturing remote_mounts took too long, 5.00 s, and was given up.");
  CAF_CHECK_EQUAL(found[1], "Capturing journal failed: No right.");
}

CAF_TEST(findings are bounded) {
  std::vector<finding> many;
  for (int i = 0; i < 100; ++i)
    many.push_back({i, std::string(1000, 'x') + std::to_string(i)});
  many.push_back({200, std::string(299, 'x') + "\xc3\xa4"});
  const auto found = summarize_capture({}, many, {});
  CAF_CHECK(found.size() <= 12u);
  for (const auto& x : found)
    CAF_CHECK(x.size() <= 300u);
  CAF_CHECK_EQUAL(found[0], std::string(299, 'x')); // never half a character
}

CAF_TEST(metadata is JSON whatever the names are) {
  const auto parsed = nlohmann::json::parse(metadata_json(event(), {evil, "Linux", "6.1", "x86_64", "b", "1"}));
  CAF_CHECK_EQUAL(parsed["event"]["id"], to_string(event().event.id));
  CAF_CHECK_EQUAL(parsed["event"]["duration"], 3.0);
  CAF_CHECK_EQUAL(parsed["event"]["ledger"]["io"], 3.0);
  CAF_CHECK_EQUAL(parsed["event"]["culprits"][0]["name"], evil);
  CAF_CHECK_EQUAL(parsed["event"]["stress"]["load"], 12.0);
  CAF_CHECK_EQUAL(parsed["window"]["since"], 1'768'900'183.0);
  CAF_CHECK_EQUAL(parsed["window"]["until"], 1'768'900'221.0);
  CAF_CHECK_EQUAL(parsed["host"]["name"], evil);
  auto critical = event();
  critical.event.kind = event_kind::critical;
  critical.stress.reset();
  const auto other = nlohmann::json::parse(metadata_json(critical, {}));
  CAF_CHECK(other["event"]["cause"].is_null());
  CAF_CHECK(other["event"]["stress"].is_null());
}

CAF_TEST(a report is JSON whatever its tools said) {
  capture_report report;
  report.why = evil;
  report.findings = {evil, "\xff"};
  report.artifacts = {{"a", "a.txt", artifact_status::timed_out, 5, 1ms, 2s, evil}};
  report.bill = {50ms, 1s, 5};
  const auto parsed = nlohmann::json::parse(to_json(report));
  CAF_CHECK_EQUAL(parsed["findings"][0], evil);
  CAF_CHECK_EQUAL(parsed["artifacts"][0]["status"], "timed_out");
  CAF_CHECK_EQUAL(parsed["artifacts"][0]["took"], 2.0);
  CAF_CHECK_EQUAL(parsed["bill"]["cpu"], 0.05);
}

CAF_TEST(artifacts are reported in the order in which they were begun and those that were not come last) {
  std::vector<std::optional<artifact_result>> results(3);
  for (std::size_t i = 0; i < results.size(); ++i)
    results[i].emplace().name = std::string(1, static_cast<char>('a' + i));
  const auto ordered = in_order(results, {2, 0});
  CAF_REQUIRE_EQUAL(ordered.size(), 3u);
  CAF_CHECK_EQUAL(ordered[0].name + ordered[1].name + ordered[2].name, "cab");
}

CAF_TEST(what was left behind is reported file by file) {
  const auto report = report_leftover(mint_event_id(event_kind::pause, 5s),
                                      {{"stacks.txt", 10}, {"processes.json.part", 5}, {"metadata.json", 3}});
  CAF_CHECK(report.status == capture_status::incomplete);
  CAF_REQUIRE_EQUAL(report.artifacts.size(), 2u);
  CAF_CHECK_EQUAL(report.artifacts[0].name, "stacks");
  CAF_CHECK_EQUAL(report.artifacts[0].file, "stacks.txt");
  CAF_CHECK(report.artifacts[1].status == artifact_status::failed);
  CAF_CHECK_EQUAL(report.artifacts[1].name, "processes");
  CAF_CHECK_EQUAL(report.artifacts[1].file, "");
  CAF_CHECK_EQUAL(report.bill.bytes, 10u);
}

CAF_TEST(last words are the last and harmless) {
  CAF_CHECK_EQUAL(last_words("one\ntwo\x1b[0m\n\n"), "one two\\x1b[0m");
  CAF_CHECK_EQUAL(last_words(std::string(500, 'a') + "end", 10), "aaaaaaaend");
  CAF_CHECK(last_words(std::string(500, '\x1b')).size() <= 200u);
  CAF_CHECK_EQUAL(last_words("\xc3\xa4\xc3\xa4", 3), "\xc3\xa4");
}
