#define CAF_SUITE score_selftest

#include "app/selftest/score_selftest.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "support/test.hpp"

using namespace pmactor;

namespace {

inflicted stop_at(double started, double length) {
  return {"stop", started, started + length, true, {pause_cause::stopped}, 0.03};
}

reported as(pause_cause cause, confidence sure, double started, double length) {
  return {started, started + length, length, cause, sure};
}

} // namespace

CAF_TEST(what was inflicted and found is a hit with its error) {
  const auto x = score_selftest({stop_at(100, 2)},
                                {as(pause_cause::stopped, confidence::high, 99.98, 2.04)}, {});
  const auto& kind = x.kinds.at("stop");
  CAF_CHECK_EQUAL(kind.hits, 1);
  CAF_CHECK_EQUAL(kind.misses, 0);
  CAF_REQUIRE_EQUAL(kind.errors.size(), 1u);
  CAF_CHECK_LESS(std::abs(kind.errors[0] - 0.04), 1e-9);
  CAF_CHECK_EQUAL(x.invented, 0);
  CAF_CHECK(x.good());
}

CAF_TEST(what was not found is a miss and what was not inflicted is invented) {
  const auto x = score_selftest({stop_at(100, 2)},
                                {as(pause_cause::stopped, confidence::high, 110, 1)}, {});
  CAF_CHECK_EQUAL(x.kinds.at("stop").misses, 1);
  CAF_CHECK_EQUAL(x.invented, 1);
  CAF_CHECK(!x.good());
}

CAF_TEST(a stall is found as a stall and one that was not inflicted is not called invented) {
  auto frozen = stop_at(100, 2);
  frozen.kind = "frozen-disk";
  frozen.causes = {pause_cause::io};
  frozen.is_stall = true;
  auto stall = as(pause_cause::io, confidence::high, 100.1, 1.9);
  CAF_CHECK_EQUAL(score_selftest({frozen}, {stall}, {}).kinds.at("frozen-disk").misses, 1); // a pause is none
  stall.is_stall = true;
  auto x = score_selftest({frozen}, {stall}, {});
  CAF_CHECK_EQUAL(x.kinds.at("frozen-disk").hits, 1);
  CAF_CHECK(x.good());
  stall.started += 50;
  stall.ended += 50;
  x = score_selftest({stop_at(150, 2)}, {stall}, {});
  CAF_CHECK_EQUAL(x.kinds.at("stop").misses, 1); // nor is a stall a pause
  CAF_CHECK_EQUAL(x.invented, 0);
  CAF_CHECK_EQUAL(x.other_stalls, 1);
}

CAF_TEST(of two stalls at once the one that is called right is the one that was inflicted) {
  inflicted memory{.kind = "memory-group", .started = 100, .ended = 102, .causes = {pause_cause::memory},
                   .must_be_named = true, .is_stall = true};
  auto right = as(pause_cause::memory, confidence::medium, 100.5, 1.5);
  auto beside = as(pause_cause::io, confidence::medium, 100, 2);
  right.is_stall = beside.is_stall = true;
  const auto x = score_selftest({memory}, {beside, right}, {});
  CAF_CHECK_EQUAL(x.kinds.at("memory-group").named, 1);
  CAF_CHECK_EQUAL(x.other_stalls, 1);
  CAF_CHECK(x.good());
  CAF_CHECK(!score_selftest({memory}, {beside}, {}).good());
}

CAF_TEST(a load on the CPUs is found by a stall or by a pause) {
  inflicted hogs{.kind = "realtime-hogs", .started = 100, .ended = 101.5, .measured = false,
                 .causes = {pause_cause::cpu_wait}, .must_be_found = true, .must_be_named = true,
                 .is_stall = true};
  auto found = as(pause_cause::cpu_wait, confidence::medium, 100, 1);
  CAF_CHECK(score_selftest({hogs}, {found}, {}).good());
  found.is_stall = true;
  const auto x = score_selftest({hogs}, {found}, {});
  CAF_CHECK(x.good());
  CAF_CHECK_EQUAL(x.kinds.at("realtime-hogs").hits, 1);
  CAF_CHECK(!score_selftest({hogs}, {}, {}).good());
  hogs.is_stall = false;
  CAF_CHECK(!score_selftest({hogs}, {found}, {}).good());
}

CAF_TEST(one pause that is reported twice is found once) {
  const auto x = score_selftest({stop_at(100, 2)},
                                {as(pause_cause::stopped, confidence::high, 100, 1),
                                 as(pause_cause::stopped, confidence::high, 101, 1)},
                                {});
  CAF_CHECK_EQUAL(x.kinds.at("stop").hits, 1);
  CAF_CHECK_EQUAL(x.invented, 1);
}

CAF_TEST(the hosts own pauses are not invented if the observer saw them) {
  const auto x = score_selftest({}, {as(pause_cause::cpu_wait, confidence::high, 110, 1)},
                                {{110.3, 110.9}});
  CAF_CHECK_EQUAL(x.invented, 0);
  CAF_CHECK_EQUAL(x.host_pauses, 1);
  CAF_CHECK(x.good());
}

CAF_TEST(a wrong cause counts only if it was reported with confidence) {
  const auto sure = score_selftest({stop_at(100, 2)},
                                   {as(pause_cause::io, confidence::medium, 100, 2)}, {});
  CAF_CHECK_EQUAL(sure.kinds.at("stop").confidently_wrong, 1);
  CAF_CHECK(!sure.good());
  const auto unsure = score_selftest({stop_at(100, 2)},
                                     {as(pause_cause::io, confidence::low, 100, 2)}, {});
  CAF_CHECK(unsure.good());
  const auto honest = score_selftest({stop_at(100, 2)},
                                     {as(pause_cause::unexplained, confidence::low, 100, 2)}, {});
  CAF_CHECK(honest.good());
}

CAF_TEST(a load may lead to no pause or to several of its causes) {
  const inflicted load{"quota", 100, 103, false, {pause_cause::quota}, std::nullopt};
  CAF_CHECK(score_selftest({load}, {}, {}).good());
  const auto x = score_selftest({load},
                                {as(pause_cause::quota, confidence::high, 100.5, 0.9),
                                 as(pause_cause::quota, confidence::high, 101.5, 0.9)},
                                {});
  CAF_CHECK_EQUAL(x.kinds.at("quota").hits, 2);
  CAF_CHECK(x.good());
  CAF_CHECK(!score_selftest({load}, {as(pause_cause::memory, confidence::high, 101, 1)}, {}).good());
}

CAF_TEST(what the rights allow to be found must be found) {
  const inflicted load{.kind = "quota", .started = 100, .ended = 105, .measured = false,
                       .causes = {pause_cause::quota, pause_cause::cpu_wait}, .must_be_found = true,
                       .must_be_named = true};
  CAF_CHECK(!score_selftest({load}, {}, {}).good());
  CAF_CHECK(score_selftest({load}, {as(pause_cause::quota, confidence::high, 101, 1)}, {}).good());
}

CAF_TEST(what the host says enough of must be named and half of it is enough) {
  auto first = stop_at(100, 2), second = stop_at(110, 2);
  first.must_be_named = second.must_be_named = true;
  const auto unnamed = [](double at) { return as(pause_cause::unexplained, confidence::low, at, 2); };
  const auto none = score_selftest({first, second}, {unnamed(100), unnamed(110)}, {});
  CAF_CHECK(!none.good());
  CAF_CHECK(selftest_report(none).find("0 of 2 named, and more can be") != std::string::npos);
  CAF_CHECK(score_selftest({first, second},
                           {unnamed(100), as(pause_cause::stopped, confidence::high, 110, 2)}, {})
              .good());
}

CAF_TEST(of a hundred errors the p95 is the ninety fifth and of few the largest) {
  std::vector<double> errors;
  for (int i = 100; i > 0; --i)
    errors.push_back(i);
  CAF_CHECK_EQUAL(p95(errors), 95);
  CAF_CHECK_EQUAL(p95({3, 1, 2}), 3);
  CAF_CHECK_EQUAL(p95({}), 0);
}

CAF_TEST(the report says how it ended and its JSON can be read) {
  const auto x = score_selftest({stop_at(100, 2)},
                                {as(pause_cause::stopped, confidence::high, 99.98, 2.04)}, {});
  CAF_CHECK(selftest_report(x).find("Passed") != std::string::npos);
  const auto json = nlohmann::json::parse(selftest_json(x));
  CAF_CHECK_EQUAL(json["kinds"]["stop"]["called"]["stopped"].get<int>(), 1);
  CAF_CHECK(json["good"].get<bool>());
  CAF_CHECK(selftest_report(score_selftest({stop_at(100, 2)}, {}, {})).find("FAILED")
            != std::string::npos);
}
