#define CAF_SUITE render_status

#include "app/views/render_status.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

event_row power_loss() {
  event_row x;
  x.id = 7;
  x.kind = "outage";
  x.cause = "power_loss";
  x.confidence = "medium";
  x.status = "new";
  x.started = x.ended = 1'700'000'000;
  x.facts = R"({"title":"the power was lost\u001b"})";
  return x;
}

} // namespace

CAF_TEST(a daemon that does not run is started by the one that is named) {
  status_view x;
  x.daemon.presence = daemon_presence::not_running;
  x.daemon.sentence = "pmactor is not running.";
  CAF_CHECK(render_status(x, {}).find("`pmactor start` starts it.") != std::string::npos);
  x.start_command = "systemctl start pmactor";
  CAF_CHECK(render_status(x, {}).find("`systemctl start pmactor` starts it.") != std::string::npos);
}

CAF_TEST(another command is named only where it says more) {
  status_view view;
  view.daemon.presence = daemon_presence::running;
  view.daemon.daemon = process_identity{7, 1, ""};
  view.health.emplace().report.emplace().daemon = *view.daemon.daemon;
  auto& verdict = view.health->verdict;
  verdict.state = health_state::stopped;
  verdict.headline = "pmactor is stopped (pid 7): a signal halted it";
  verdict.findings = {{false, "", "kill -CONT 7 lets it go on"}, {true, "storage-writer", "is halted while handling x"}};
  const text_style wide{false, false, 200};
  const auto has = [&](const std::string& part) { return render_status(view, wide).find(part) != std::string::npos; };
  CAF_CHECK(has("a signal halted it; kill -CONT 7 lets it go on\n"));
  CAF_CHECK(!has("pmactor inspect"));
  verdict = {health_state::degraded, "pmactor is starting", {}, {}};
  CAF_CHECK(has("pmactor is starting\n") && !has("pmactor inspect"));
  verdict.findings = {{true, "notifier", "was restarted 3 times"}};
  CAF_CHECK(has("pmactor is starting; `pmactor inspect` says why\n"));
}

CAF_TEST(an outage is news until it is reviewed) {
  auto x = power_loss();
  CAF_CHECK(is_news(x));
  x.status = "reviewed";
  CAF_CHECK(!is_news(x));
}

CAF_TEST(what was ordered is no news) {
  auto x = power_loss();
  for (const auto* cause : {"shutdown", "reboot", "daemon_stopped", "upgraded"}) {
    x.cause = cause;
    CAF_CHECK(!is_news(x));
  }
}

CAF_TEST(the age of a pause counts from its end) {
  status_view view;
  view.now = 1'700'000'000s + 20s;
  view.last_pause = event_brief{"pause", 1'700'000'000, 17.2, "stopped", 1'700'000'017};
  CAF_CHECK(status_line(view).ends_with("last pause 3.0 s ago (17.2 s, stopped)"));
  view.last_pause->ended.reset();
  view.last_pause->duration = 17;
  CAF_CHECK(status_line(view).ends_with("last pause 3.0 s ago (17.0 s, stopped)"));
}

CAF_TEST(a pause that was not of the machine says whose it was) {
  status_view view;
  view.now = 1'700'000'000s + 5s;
  view.last_pause = event_brief{"pause", 1'700'000'000, 2, "stopped", 1'700'000'002, "daemon_only"};
  CAF_CHECK(status_line(view).ends_with("last pause of pmactor alone 3.0 s ago (2.0 s, stopped)"));
  view.last_pause->scope = "system";
  CAF_CHECK(status_line(view).ends_with("last pause 3.0 s ago (2.0 s, stopped)"));
}

CAF_TEST(the last sign of a dead daemon is said once) {
  status_view view;
  view.now = 1'700'000'000s;
  view.daemon.presence = daemon_presence::dead;
  view.health.emplace().report.emplace();
  view.health->verdict.last_sign = view.now - 1700ms;
  view.newest.emplace();
  (*view.newest)[sample_column::timestamp] = 1'700'000'000 - 1.25;
  const auto text = render_status(view, {});
  CAF_CHECK(text.find("(1.2 s ago)") != text.npos || text.find("(1.3 s ago)") != text.npos);
  CAF_CHECK(text.find("1.7 s ago") == text.npos);
  CAF_CHECK(text.find("samples") == text.npos);
}

CAF_TEST(the line of an outage says what and when and how to be rid of it) {
  status_view view;
  view.now = 1'700'000'000s + 72h;
  CAF_CHECK_EQUAL(outage_line(view), "");
  view.outage = power_loss();
  const auto line = outage_line(view);
  CAF_CHECK(line.starts_with("pmactor: The power was lost"));
  CAF_CHECK(line.find(" 3 d ago (confidence: medium)") != std::string::npos);
  CAF_CHECK(line.find("`pmactor events mark 7 reviewed`") != std::string::npos);
  CAF_CHECK(line.find('\x1b') == std::string::npos);
}
