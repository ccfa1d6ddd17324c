#define CAF_SUITE covered_pauses

#include "actors/forensics_supervisor/covered_pauses.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

const event_id stall = mint_event_id(event_kind::stall, 5s);

event_record part_at(std::chrono::nanoseconds started) {
  event_record x;
  x.event.id = mint_event_id(event_kind::pause, started);
  x.event.started = started;
  x.event.part_of = stall;
  return x;
}

event_amendment amended(const event_record& x, event_id part_of) {
  event_amendment result{x.event.id};
  result.part_of = part_of;
  return result;
}

} // namespace

CAF_TEST(a pause is released once by the word that it is part of no stall) {
  covered_pauses aut;
  aut.keep(part_at(10s));
  aut.keep(part_at(10s)); // sent again
  CAF_CHECK(!aut.release(amended(part_at(10s), stall)));
  CAF_CHECK(!aut.release(amended(part_at(20s), {})));
  const auto released = aut.release(amended(part_at(10s), {}));
  CAF_REQUIRE(released);
  CAF_CHECK(released->event.id == part_at(10s).event.id);
  CAF_CHECK(!released->event.part_of);
  CAF_CHECK(!aut.release(amended(part_at(10s), {})));
}

CAF_TEST(what is covered is bounded and the oldest falls off) {
  covered_pauses aut;
  const auto count = static_cast<int>(covered_pauses::most) + 1;
  for (int i = 0; i < count; ++i)
    aut.keep(part_at(i * 10s));
  CAF_CHECK(!aut.release(amended(part_at(0s), {})));
  CAF_CHECK(aut.release(amended(part_at(10s), {})).has_value());
}
