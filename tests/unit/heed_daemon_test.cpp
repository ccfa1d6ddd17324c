#define CAF_SUITE heed_daemon

#include "app/views/inspect_health.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

const process_identity earlier{4711, 123456, "boot"}, later{4712, 123999, "boot"};
const std::filesystem::path page = "/run/pmactor/health";

health_view without_page() {
  health_view x;
  x.verdict = {health_state::not_running, "pmactor is not running", {}, {{false, "", "there is no health page"}}};
  return x;
}

health_view with_page_of(const process_identity& daemon, health_state state) {
  health_view x;
  x.verdict = {state, "pmactor is over", 1'700'000'000s, {}};
  x.report.emplace();
  x.report->daemon = daemon;
  return x;
}

daemon_verdict running(const process_identity& daemon) {
  return {daemon_presence::running, daemon, "pmactor runs."};
}

} // namespace

CAF_TEST(a daemon that has made no page yet is starting) {
  auto x = without_page();
  heed_daemon(x, running(later), page, true);
  CAF_CHECK(x.verdict.state == health_state::degraded);
  CAF_CHECK_EQUAL(x.verdict.headline, "pmactor is starting (pid 4712)");
  CAF_CHECK(x.verdict.findings.empty());
}

CAF_TEST(a page of the process before does not hide the daemon that is starting) {
  for (const auto state : {health_state::not_running, health_state::dead}) {
    auto x = with_page_of(earlier, state);
    heed_daemon(x, running(later), page, true);
    CAF_CHECK_EQUAL(x.verdict.headline, "pmactor is starting (pid 4712)");
    CAF_CHECK(!x.verdict.last_sign);
    CAF_CHECK(!x.report);
  }
}

CAF_TEST(a daemon whose page is gone with its folder runs and the page is named) {
  auto x = without_page();
  heed_daemon(x, running(later), page, false);
  CAF_CHECK(x.verdict.state == health_state::degraded);
  CAF_REQUIRE_EQUAL(x.verdict.findings.size(), 1u);
  CAF_CHECK(x.verdict.findings.front().is_problem);
  CAF_CHECK(x.verdict.findings.front().sentence.find(page.string()) != std::string::npos);
}

CAF_TEST(a daemon that has just said goodbye on its page and still holds the lock has ended) {
  auto x = with_page_of(earlier, health_state::not_running);
  heed_daemon(x, running(earlier), page, true);
  CAF_CHECK(x.verdict.state == health_state::not_running);
  CAF_CHECK(x.report.has_value());
}

CAF_TEST(where nothing can be seen the health is unknown) {
  auto x = without_page();
  heed_daemon(x, {daemon_presence::unknown, std::nullopt, "It is another user's."}, page, true);
  CAF_CHECK(x.verdict.state == health_state::unknown);
  CAF_REQUIRE_EQUAL(x.verdict.findings.size(), 1u);
  CAF_CHECK_EQUAL(x.verdict.findings.front().sentence, "It is another user's.");
}

CAF_TEST(a page that shows a living daemon is left as it is) {
  auto x = with_page_of(earlier, health_state::stuck);
  heed_daemon(x, running(later), page, true);
  CAF_CHECK(x.verdict.state == health_state::stuck);
  CAF_CHECK(x.report.has_value());
}
