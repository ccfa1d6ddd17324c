// The page of a stretch of days: its figures agree.
#define CAF_SUITE render_period

#include "app/report/render_period.hpp"

#include <string>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;

namespace {

constexpr double now = 1'700'000'000;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

event_row event_of(std::int64_t id, const char* kind, double lasted, const char* cause,
                   const char* scope = "") {
  event_row x;
  x.id = id;
  x.kind = kind;
  x.started = now - 600;
  x.ended = now - 600 + lasted;
  x.duration = lasted;
  x.cause = cause;
  x.scope = scope;
  return x;
}

/// @returns the page, with the sums of the time as explain_span() has them.
std::string page_of(std::vector<event_row> events, double paused = 0) {
  period_facts facts;
  facts.events = std::move(events);
  facts.now = now;
  facts.lived.span = {now - 3600, now};
  facts.lived.paused = paused;
  facts.lived.lived_pct = 100;
  return render_period(facts);
}

} // namespace

CAF_TEST(the stress of the time is drawn with its events where it is known) {
  CAF_CHECK(!contains(page_of({event_of(1, "pause", 18, "io", "system")}), ">The stress<"));
  period_facts facts;
  facts.events = {event_of(1, "pause", 18, "io", "system")};
  facts.now = now;
  facts.lived.span = {now - 3600, now};
  facts.stress_from = now - 3600;
  facts.stress_step = 60;
  for (int i = 0; i < 60; ++i) {
    auto& row = facts.stress.emplace_back();
    row[sample_column::timestamp] = now - 3570 + 60 * i;
    row[sample_column::stress_total] = row[sample_column::stress_load] = i;
  }
  const auto page = render_period(facts);
  CAF_CHECK(contains(page, ">The stress<"));
  CAF_CHECK(contains(page, "<rect class=\"p\" x=\"833.3\""));
  CAF_CHECK(contains(page, "Stress by its parts, up to 59 of 100 points."));
}

CAF_TEST(pauses of pmactor alone are said beside those of the machine) {
  // Of the signals nothing shows that other processes had them; of the third the sampler ran on.
  const auto page = page_of({event_of(1, "pause", 18, "stopped", "unknown"),
                             event_of(2, "pause", 3, "stopped", "daemon_and_sampler"),
                             event_of(3, "pause", 8, "stopped", "daemon_only")});
  CAF_CHECK(contains(page, "<h1>Nothing is known to have held this machine up, 1 pause of pmactor alone, 2 pauses of "
                           "pmactor, others perhaps</h1>"));
  CAF_CHECK(contains(page, "<dt>Paused, pmactor alone</dt><dd>8.00 s<"));
  CAF_CHECK(contains(page, "<dt>Paused, others perhaps</dt><dd>21.0 s<"));
  CAF_CHECK(contains(page, "<th scope=\"col\">Of pmactor alone</th>"));
  CAF_CHECK(contains(page, "<td>0</td><td>–</td><td>0</td><td>–</td><td>1</td><td>8.00 s</td><td>2</td><td>21.0 s</td>"
                           "<td>18.0 s</td>"));
  CAF_CHECK(contains(page, "pause 1, of pmactor, others perhaps: "));
  CAF_CHECK(contains(page, "pause 3, of pmactor alone: "));
}

CAF_TEST(a pause of the machine counts as one wherever the page counts) {
  const auto page = page_of({event_of(1, "pause", 18, "stopped", "unknown"), event_of(2, "pause", 4, "io", "system"),
                             event_of(3, "stall", 5, "io")},
                            4);
  CAF_CHECK(contains(page, "<h1>1 pause, 1 stall, 1 pause of pmactor, others perhaps</h1>"));
  CAF_CHECK(contains(page, "<dt>Paused</dt><dd>4.00 s<"));
  CAF_CHECK(contains(page, "<td>1</td><td>4.00 s</td><td>1</td><td>5.00 s</td><td>1</td><td>18.0 s</td>"));
}

CAF_TEST(an outage stands in the table of the days as well as among the longest) {
  const auto page = page_of({event_of(1, "outage", 5.2, "killed")});
  CAF_CHECK(contains(page, "<h1>Nothing held this machine up, 1 outage</h1>"));
  CAF_CHECK(contains(page, "<th scope=\"col\">Outages</th>"));
  CAF_CHECK(contains(page, "<td>1</td><td>5.20 s</td><td>5.20 s</td>"));
  CAF_CHECK(contains(page, "outage 1: "));
}

CAF_TEST(a stop in good order is counted as one and is no trouble) {
  const auto page = page_of({event_of(1, "outage", 5.2, "killed"), event_of(2, "outage", 90, "daemon_stopped")});
  CAF_CHECK(contains(page, "<h1>Nothing held this machine up, 1 outage, 1 stop in good order</h1>"));
  CAF_CHECK(contains(page, "<th scope=\"col\">Stops in good order</th>"));
  CAF_CHECK(contains(page, "<td>1</td><td>5.20 s</td><td>1</td><td>1 min 30 s</td><td>5.20 s</td>"));
  CAF_CHECK(contains(page, "outage 1: "));
  CAF_CHECK(!contains(page, "outage 2: "));
}

CAF_TEST(critical stress is counted apart from what stood still) {
  const auto page = page_of({event_of(1, "pause", 4, "io", "system"), event_of(2, "critical", 30, ""),
                             event_of(3, "critical", 12, "")});
  CAF_CHECK(contains(page, "<h1>1 pause, 0 stalls, 2 times of critical stress</h1>"));
  CAF_CHECK(contains(page, "<th scope=\"col\">Critical stress</th>"));
  CAF_CHECK(contains(page, "<td>1</td><td>4.00 s</td><td>0</td><td>–</td><td>2</td><td>42.0 s</td><td>4.00 s</td>"));
}

CAF_TEST(a table has no columns of what never was) {
  const auto page = page_of({});
  CAF_CHECK(contains(page, "<h1>Nothing held this machine up</h1>"));
  CAF_CHECK(!contains(page, "Outages"));
  CAF_CHECK(!contains(page, "pmactor alone"));
}

CAF_TEST(what came again at no regular time is among what repeats) {
  period_facts facts;
  facts.now = now;
  facts.lived.span = {now - 3600, now};
  facts.patterns.rest.push_back({{"pause", "stopped", "", "", ""}, 10, now - 60, ""});
  CAF_CHECK(contains(render_period(facts), "<b>10 × "));
}
