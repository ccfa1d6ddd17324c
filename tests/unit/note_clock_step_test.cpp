#define CAF_SUITE note_clock_step

#include "actors/clock_sampler/note_clock_step.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// A beat at so much time awake, on a clock that shows *ahead* more than it did at first.
clock_sample beat_at(std::chrono::nanoseconds awake, std::chrono::nanoseconds ahead) {
  return {awake, awake + 500s, awake + 1'700'000'000s + ahead};
}

} // namespace

CAF_TEST(a clock that is set between two beats is a step) {
  std::vector<clock_step> steps;
  note_clock_step(steps, beat_at(10s, 0s), beat_at(10s + 100ms, 3s));
  const std::vector<clock_step> expected{{beat_at(10s + 100ms, 3s), 3s, 100ms}};
  CAF_CHECK(steps == expected);
  note_clock_step(steps, beat_at(10s + 100ms, 3s), beat_at(14s, 0s));
  CAF_REQUIRE_EQUAL(steps.size(), 2u);
  CAF_CHECK(steps[1].by == -3s);
  CAF_CHECK(steps[1].within == 3900ms);
}

CAF_TEST(a clock that is slewed makes no step) {
  std::vector<clock_step> steps;
  for (int i = 0; i < 100; ++i)
    note_clock_step(steps, beat_at(i * 100ms, i * 10ms), beat_at((i + 1) * 100ms, (i + 1) * 10ms));
  CAF_CHECK(steps.empty());
}

CAF_TEST(of too many steps the two oldest become one that covers both) {
  std::vector<clock_step> steps;
  const auto count = static_cast<int>(most_clock_steps) + 2;
  for (int i = 1; i <= count; ++i)
    append_clock_steps(steps, {{beat_at(i * 1s, i * 2s), 2s, 100ms}});
  CAF_REQUIRE_EQUAL(steps.size(), most_clock_steps);
  CAF_CHECK(steps.front().at == beat_at(3s, 6s));
  CAF_CHECK(steps.front().by == 6s);
  CAF_CHECK(steps.front().within == 2s + 100ms);
  CAF_CHECK(steps.back().at == beat_at(count * 1s, count * 2s));
}
