#define CAF_SUITE summarize_event

#include "app/top/summarize_event.hpp"

#include "support/test.hpp"

using namespace pmactor;

namespace {

event_row row(std::int64_t id, const char* kind, const char* cause, double length) {
  event_row x;
  x.id = id;
  x.kind = kind;
  x.cause = cause;
  x.confidence = "high";
  x.scope = "system";
  x.started = 1'700'000'000;
  x.ended = 1'700'000'000 + length;
  x.duration = length;
  return x;
}

} // namespace

CAF_TEST(a pause is described with its length and cause and whether it was of pmactor alone) {
  auto x = row(3, "pause", "stopped", 4.56);
  x.scope = "daemon_only";
  const auto alone = summarize_event(x, {}).about;
  CAF_CHECK(alone.starts_with("pause 3, 4.56 s: "));
  CAF_CHECK(alone.ends_with(" (pmactor alone)"));
  const auto whole = summarize_event(row(4, "pause", "io", 8), {}).about;
  CAF_CHECK_EQUAL(whole, "pause 4, 8.00 s: pmactor waited for a disk");
}

CAF_TEST(an outage in good order is a stop and any other is none) {
  auto x = row(4, "outage", "daemon_stopped", 60);
  x.facts = R"({"title":"pmactor was stopped","of":"daemon"})";
  auto found = summarize_event(x, {});
  CAF_CHECK_EQUAL(found.kind, "stop");
  CAF_CHECK(found.about.starts_with("stop 4, "));
  CAF_CHECK(found.about.ends_with(": pmactor was stopped"));
  x.cause = "killed";
  x.facts = R"({"title":"pmactor was killed","of":"daemon"})";
  found = summarize_event(x, {});
  CAF_CHECK_EQUAL(found.kind, "outage");
  CAF_CHECK(found.about.ends_with(": pmactor was killed"));
  x.duration.reset(); // the clock had not been set
  CAF_CHECK_EQUAL(summarize_event(x, {}).about, "outage 4: pmactor was killed");
}

CAF_TEST(critical stress is described with its points) {
  auto x = row(15, "critical", "", 5);
  x.stress_total = 90;
  x.stress_load = 40;
  x.stress_io = 20;
  x.stress_latency = 30; // which makes nothing critical
  CAF_CHECK_EQUAL(summarize_event(x, {}).about, "critical 15, 5.00 s: critical stress 60 = load 40 + disk 20");
  x.stress_load.reset();
  x.stress_io.reset();
  CAF_CHECK_EQUAL(summarize_event(x, {}).about, "critical 15, 5.00 s: critical stress 90");
}

CAF_TEST(an event without an end reaches into all time after it) {
  auto x = row(5, "stall", "io", 3);
  x.ended.reset();
  x.stall = R"({"resource":"disk","name":"sda","over":false})";
  const auto found = summarize_event(x, {});
  CAF_CHECK(found.lasts);
  CAF_CHECK(found.to > 1e12);
  CAF_CHECK(found.about.starts_with("stall 5, lasts: "));
}
