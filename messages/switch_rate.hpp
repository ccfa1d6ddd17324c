// How often the CPUs of a machine change from one task to another: as a value, and from when on that is much.
#pragma once

#include <string>

namespace pmactor {

/// Of all CPUs together, over the last second.
struct switch_rate {
  double per_second = 0;
  friend bool operator==(const switch_rate&, const switch_rate&) = default;
};

/// Switches a second. Below it no CPU has so many that recording each would be felt, and no actor needs to receive it.
constexpr double much_switching = 5'000;

std::string to_string(const switch_rate& x);

} // namespace pmactor
