#define CAF_SUITE plan_artifacts

#include "actors/forensics_supervisor/plan_artifacts.hpp"

#include <algorithm>
#include <set>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

pause_event event() {
  pause_event x;
  x.started = 1'768'900'213s; // 2026-01-20 09:10:13 UTC
  x.ended = x.started + 3s;
  return x;
}

std::string line_of(capture_platform platform, const std::string& name) {
  for (const auto& x : plan_artifacts(platform, event(), {}))
    if (x.name == name) {
      std::string result;
      for (const auto& word : x.command)
        result += (result.empty() ? "" : "|") + word;
      return result;
    }
  return "none";
}

} // namespace

CAF_TEST(what passes first is captured first) {
  const auto on_linux = plan_artifacts(capture_platform::on_linux, event(), {});
  CAF_CHECK_EQUAL(on_linux.front().name, "stacks");
  CAF_CHECK_EQUAL(on_linux.back().name, "journal");
  CAF_CHECK(on_linux.front().command.empty()); // under load a process takes seconds to start
  const auto on_macos = plan_artifacts(capture_platform::on_macos, event(), {});
  CAF_CHECK_EQUAL(on_macos.front().name, "tailspin");
}

CAF_TEST(names and files are unique and every tool has a limit) {
  for (const auto platform : {capture_platform::on_linux, capture_platform::on_macos}) {
    std::set<std::string> names, files;
    for (const auto& x : plan_artifacts(platform, event(), {})) {
      CAF_CHECK(names.insert(x.name).second);
      CAF_CHECK(files.insert(x.file).second);
      CAF_CHECK(x.timeout > 0s && x.timeout <= 60s);
      CAF_CHECK(x.most_bytes > 0 && x.most_bytes <= 128u << 20);
      CAF_CHECK_EQUAL(std::count(x.command.begin(), x.command.end(), "FILE"), x.writes_file ? 1 : 0);
    }
    CAF_CHECK_GREATER(names.size(), 3u);
  }
}

CAF_TEST(the journal is asked for the window of the event) {
  CAF_CHECK_EQUAL(line_of(capture_platform::on_linux, "journal"),
                  "journalctl|--quiet|--no-pager|--output=short-iso-precise|--utc|--since|@1768900183|"
                  "--until|@1768900222|--lines|20000");
}

CAF_TEST(the tools of macOS are reported what their manuals ask for) {
  constexpr auto mac = capture_platform::on_macos;
  CAF_CHECK_EQUAL(line_of(mac, "tailspin"), "tailspin|save|-r|pmactor|-l|20|FILE"); // a bare path: no -o
  CAF_CHECK_EQUAL(line_of(mac, "spindump"),
                  "spindump|-notarget|5|10|-noProcessingWhileSampling|-noBinary|-timelimit|30|-o|FILE");
  CAF_CHECK_EQUAL(line_of(mac, "thermal"), "pmset|-g|therm");
  CAF_CHECK_EQUAL(line_of(mac, "log"),
                  "log|show|--style|ndjson|--info|--start|2026-01-20 09:09:41+0000|--end|2026-01-20 "
                  "09:10:23+0000|--predicate|process == \"kernel\" OR process == \"WindowServer\" OR "
                  "eventMessage CONTAINS[c] \"hang\" OR eventMessage CONTAINS[c] \"jetsam\"");
}

CAF_TEST(the settings give times and switch off) {
  artifact_policy policy;
  policy.timeouts = {"journal=20", "stacks=0.5"};
  policy.skip = {"mounts"};
  const auto plan = plan_artifacts(capture_platform::on_linux, event(), policy);
  CAF_CHECK(plan.front().timeout == 500ms);
  CAF_CHECK(plan.back().timeout == 20s);
  CAF_CHECK(is_switched_off("mounts", policy));
  CAF_CHECK(!is_switched_off("stacks", policy));
  CAF_CHECK_EQUAL(check_skip(policy, capture_platform::on_linux), "");
  CAF_CHECK_EQUAL(check_timeouts(policy, capture_platform::on_linux), "");
}

CAF_TEST(wrong names and times are refused with words) {
  artifact_policy policy;
  policy.skip = {"tailspin", "jornal"};
  CAF_CHECK(check_skip(policy, capture_platform::on_linux).starts_with("names jornal, which is no artifact; there are stacks, "));
  CAF_CHECK(check_skip(policy, capture_platform::on_linux).find("spindump") == std::string::npos);
  CAF_CHECK(check_skip(policy, capture_platform::on_macos).find("spindump") != std::string::npos);
  for (const char* wrong : {"journal", "journal=", "journal=0", "journal=-1", "journal=nan", "journal=1e9",
                            "journal=5s"}) {
    policy.timeouts = {wrong};
    CAF_CHECK_EQUAL(check_timeouts(policy, capture_platform::on_linux), "has \"" + std::string{wrong}
                                              + "\", but must have entries such as \"journal=20\": seconds "
                                                "from 0.1 to 600.");
  }
}

CAF_TEST(what is missing is said in words) {
  CAF_CHECK_EQUAL(describe_means(9, {}), "all 9 artifacts can be captured");
  CAF_CHECK_EQUAL(describe_means(9, {{"journal", "journalctl is not installed"}, {"stacks", "why"}}),
                  "7 of 9 artifacts can be captured; not journal (journalctl is not installed), stacks (why)");
}
