#define CAF_SUITE recall_units

#include "app/top/recall_units.hpp"
#include "messages/blame.hpp"

#include "support/test.hpp"

using namespace pmactor;

namespace {

top_process process(std::int64_t pid, double start, const char* unit = "") {
  top_process x;
  x.sample.pid = pid;
  x.sample.start_time = start;
  x.unit = unit;
  return x;
}

std::string blame() {
  blame_facts facts;
  auto& one = facts.doers.emplace_back();
  one.pid = 4711;
  one.start_time = 1'700'000'000;
  one.unit = "backup.service";
  auto& several = facts.doers.emplace_back(one);
  several.pid = 0;
  several.start_time.reset();
  several.unit = "build.scope";
  return to_json(facts);
}

} // namespace

CAF_TEST(the unit of a process that has ended is that of the blame of the event) {
  std::vector<top_process> x{process(4711, 1'700'000'001), process(4711, 1'600'000'000), process(12, 1'700'000'000),
                             process(0, 0)};
  recall_units(x, blame());
  CAF_CHECK_EQUAL(x[0].unit, "backup.service");
  CAF_CHECK_EQUAL(x[1].unit, ""); // another one had that number before
  CAF_CHECK_EQUAL(x[2].unit, "");
  CAF_CHECK_EQUAL(x[3].unit, ""); // several that have ended: of what units is not known
}

CAF_TEST(what the system says of a unit holds and what is no blame says nothing) {
  std::vector<top_process> x{process(4711, 1'700'000'000, "own.service")};
  recall_units(x, blame());
  CAF_CHECK_EQUAL(x[0].unit, "own.service");
  x[0].unit.clear();
  for (const auto* text : {"", "null", "{\"doers\":7}", "{\"doers\":[[],{\"pid\":\"4711\",\"unit\":1}]}"})
    recall_units(x, text);
  CAF_CHECK_EQUAL(x[0].unit, "");
}
