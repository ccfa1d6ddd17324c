#define CAF_SUITE compose_outage

#include "actors/black_box/compose_outage.hpp"

#include "actors/black_box/describe_last_minute.hpp"
#include "support/box_records.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// Of a machine without a battery.
std::vector<box_record> records() {
  std::vector<box_record> result{full_record(1, 990s), full_record(2, 1000s)};
  for (auto& x : result)
    x.battery_pct.reset();
  return result;
}

start_traces next_boot() {
  start_traces x;
  x.run = {600, 45, "another"};
  x.version = "0.1.0";
  x.program = 77;
  x.now = {20s, 20s, box_clock(1000s).wall + 80s};
  x.reads_kept_memory = true;
  return x;
}

event_record outage() {
  return compose_outage(decide_outage(records().back(), next_boot()), records(), next_boot(), {});
}

} // namespace

CAF_TEST(the last minute is put into words) {
  auto all = records();
  all.back().seconds.back().psi_mem_some = 96;
  CAF_CHECK_EQUAL(describe_last_minute(all), "memory pressure 96 %, the file system /home had not "
                                             "answered for 41 s, rsync waited in io_schedule, "
                                             "then nothing");
  box_record calm;
  calm.seconds = {box_second_at(10s)};
  calm.at = box_clock(10s);
  CAF_CHECK_EQUAL(describe_last_minute({calm}), "");
  CAF_CHECK_EQUAL(describe_last_minute({}), "");
}

CAF_TEST(the seconds of several records are each there once) {
  const auto found = last_seconds(records());
  CAF_REQUIRE_EQUAL(found.size(), 20u);
  for (std::size_t i = 0; i < found.size(); ++i)
    CAF_CHECK(found[i].awake == 981s + static_cast<int>(i) * 1s);
}

CAF_TEST(an outage is an event that is named by its last record) {
  const auto x = outage();
  CAF_CHECK(x.event.kind == event_kind::outage);
  CAF_CHECK(kind_of(x.event.id) == event_kind::outage);
  CAF_CHECK(x.event.id == outage().event.id);
  CAF_CHECK(x.event.duration == 60s);
  CAF_CHECK(x.event.evidence.front().starts_with("the power was lost, or "));
  CAF_CHECK_EQUAL(x.lead_up.size(), 20u);
  CAF_REQUIRE(x.event.facts.has_value());
  CAF_CHECK(x.event.facts->find("\"cause\":\"power_loss\",\"title\":\"the power was lost, or the "
                                "machine was switched off by holding its power "
                                "button\",\"of\":\"machine\",\"length_known\":true")
            != std::string::npos);
}

CAF_TEST(the last sign of a daemon may be newer than its last record) {
  auto now = next_boot();
  const auto last = records().back();
  now.run = {600, 45, last.run.boot_id};
  now.now = box_clock(1010s);
  now.daemon = daemon_trace{};
  now.daemon->run = last.run;
  const auto facts = [&] {
    return *compose_outage(decide_outage(last, now), records(), now, {}).event.facts;
  };
  CAF_CHECK(facts().find("\"last_sign\"") == std::string::npos);
  now.daemon->pulse = box_clock(1007s);
  CAF_CHECK(facts().find("\"last_sign\":1795868207.000") != std::string::npos);
  CAF_CHECK(facts().find("\"last_record\":1795868200.000") != std::string::npos);
}

CAF_TEST(the begin of an outage is as uncertain as the next sign of life was due) {
  auto now = next_boot();
  auto all = records();
  black_box_policy policy;
  const auto of = [&] {
    return compose_outage(decide_outage(all.back(), now), all, now, policy).event.uncertainty;
  };
  CAF_CHECK(of() == 10s); // from one record to the next
  all.back().stalls.clear();
  all.front().at = box_clock(700s);
  CAF_CHECK(of() == 60s); // nothing is written less often
  all.front().at = box_clock(999s);
  CAF_CHECK(of() == 10s); // calm again
  all.back().stalls = records().back().stalls;
  CAF_CHECK(of() == 1s);
  all.erase(all.begin());
  all.back().stalls.clear();
  CAF_CHECK(of() == 10s);
  policy.period = 30s; // the user's
  CAF_CHECK(of() == 30s);
  all.back().end = box_end{false, "SIGTERM"};
  CAF_CHECK(of() == 1s);
  all.back().end.reset();
  now.run = {600, 45, all.back().run.boot_id};
  now.now = box_clock(1010s);
  now.daemon = daemon_trace{};
  now.daemon->run = all.back().run;
  now.daemon->pulse = box_clock(1007s);
  CAF_CHECK(of() == 1s); // a pulse comes every second
}

CAF_TEST(an event has the newest kernel lines and never more facts than a slot takes) {
  auto all = records();
  auto& last = all.back();
  last.kernel_lines = {"1", "2", "3", "4", "sda: \"error\""};
  auto x = compose_outage(decide_outage(last, next_boot()), all, next_boot(), {});
  CAF_CHECK(x.event.facts->find(R"("kernel":["2","3","4","sda: \"error\""])") != std::string::npos);
  last.kernel_lines.assign(4, std::string(160, '"'));
  last.stalls.assign(8, {stall_resource::mount, std::string(64, 'x'), 0s});
  last.disks.assign(20, {std::string(64, 'y'), 1});
  last.handlers.assign(3, {std::string(64, 'z'), std::string(64, 'z'), 1s});
  x = compose_outage(decide_outage(last, next_boot()), all, next_boot(), {});
  CAF_CHECK_LESS(x.event.facts->size(), 2049u);
  CAF_CHECK(x.event.facts->back() == '}');
  CAF_CHECK(x.event.facts->find("\"cause\":") != std::string::npos);
}

CAF_TEST(what is owed comes back as the same event) {
  const auto x = outage();
  const auto back = event_of(debt_of(x));
  CAF_CHECK(back.event.id == x.event.id);
  CAF_CHECK(back.event.facts == x.event.facts);
  CAF_CHECK(back.event.evidence == x.event.evidence);
  CAF_CHECK(back.event.started == x.event.started && back.event.ended == x.event.ended);
  CAF_CHECK(back.event.uncertainty == x.event.uncertainty);
}

CAF_TEST(the length follows when the clock is set) {
  auto now = next_boot();
  now.now.wall = 20s;
  const auto last = records().back();
  const auto x = compose_outage(decide_outage(last, now), records(), now, {});
  CAF_CHECK(x.event.duration == 0s);
  CAF_CHECK(x.event.facts->find("\"length_known\":false") != std::string::npos);
  CAF_CHECK(!amend_length(x, last, {30s, 30s, 30s}));
  const auto found = amend_length(x, last, {300s, 300s, box_clock(1000s).wall + 360s});
  CAF_REQUIRE(found.has_value());
  CAF_CHECK(found->id == x.event.id);
  CAF_CHECK(found->over->duration == 60s);
  CAF_CHECK(found->facts->find("\"length_known\":true") != std::string::npos);
}

CAF_TEST(what was done on purpose has no lead up and no culprits) {
  auto last = records();
  last.back().end = box_end{false, "SIGTERM"};
  const auto x = compose_outage(decide_outage(last.back(), next_boot()), last, next_boot(), {});
  CAF_CHECK(x.lead_up.empty());
  CAF_CHECK(x.culprits.empty());
}
