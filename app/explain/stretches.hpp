// Stretches of time and what they come to together: merged, without others, added up. Pure.
#pragma once

#include <vector>

namespace pmactor {

/// From *from* on and before *to*, in Unix seconds.
struct stretch {
  double from = 0, to = 0;

  double length() const {
    return to > from ? to - from : 0;
  }
  friend bool operator==(const stretch&, const stretch&) = default;
};

/// @returns the same time as stretches in order that do not touch; empty ones are gone.
std::vector<stretch> merged(std::vector<stretch> x);

/// @returns what of the time of *x* is not in *holes*. @pre Both are merged.
std::vector<stretch> without(const std::vector<stretch>& x, const std::vector<stretch>& holes);

/// @returns what of the time of *x* lies within *bounds*. @pre *x* is merged.
std::vector<stretch> within(const std::vector<stretch>& x, const stretch& bounds);

/// @returns the length of all of them, in seconds. @pre They are merged.
double total_of(const std::vector<stretch>& x);

} // namespace pmactor
