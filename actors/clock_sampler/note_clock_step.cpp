#include "actors/clock_sampler/note_clock_step.hpp"

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds least_step =
  std::chrono::milliseconds{10}; ///< The fastest slew of Linux is 10 % of a beat.

void add(std::vector<clock_step>& steps, const clock_step& x) {
  steps.push_back(x);
  if (steps.size() <= most_clock_steps)
    return;
  const auto& oldest = steps[0];
  auto& next = steps[1];
  next.by += oldest.by;
  next.within = next.at.total - oldest.at.total + oldest.within;
  steps.erase(steps.begin());
}

} // namespace

void note_clock_step(std::vector<clock_step>& steps, const clock_sample& before,
                     const clock_sample& after) {
  const auto by = wall_step(before, after);
  if (by > least_step || by < -least_step)
    add(steps, {after, by, after.total - before.total});
}

void append_clock_steps(std::vector<clock_step>& steps, const std::vector<clock_step>& newer) {
  for (const auto& x : newer)
    add(steps, x);
}

} // namespace pmactor
