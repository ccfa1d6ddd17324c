// A span that is asked about, and what was stored of it, in seconds since a begin of its own.
#pragma once

#include "app/explain/explain_span.hpp"
#include "support/sample_maker.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace pmactor::asked {

inline constexpr double begin = 1'700'000'000; ///< Unix seconds.

inline span_event event(span_effect effect, double from, double to, double uncertainty = 0.05) {
  span_event x;
  x.effect = effect;
  x.kind = "pause";
  x.time = {begin + from, begin + to};
  x.uncertainty = uncertainty;
  return x;
}

/// Number 4.
inline span_event outage(span_effect effect, double from, double to, double uncertainty = 0.05) {
  auto x = event(effect, from, to, uncertainty);
  x.kind = "outage";
  x.id = 4;
  return x;
}

/// @returns the answer; all of it is recorded but for the holes.
inline span_answer ask(double from, double to, std::vector<span_event> events, std::vector<stretch> holes = {},
                       double now = 1000) {
  for (auto& x : holes)
    x = {begin + x.from, begin + x.to};
  return explain_span({begin + from, begin + to}, {std::move(events), std::move(holes)}, {}, begin + now);
}

/// @param at in Unix seconds.
inline std::chrono::nanoseconds wall_time(double at) {
  return std::chrono::nanoseconds{std::llround(at * 1e9)};
}

/// @returns a sample of a machine at rest. @param at in Unix seconds.
inline scored_sample sample_at(double at, std::uint64_t tick) {
  auto x = make_sample(tick, 0);
  x.system.at.wall = wall_time(at);
  return x;
}

inline bool is_about(double a, double b) {
  return std::abs(a - b) < 1e-6;
}

} // namespace pmactor::asked
