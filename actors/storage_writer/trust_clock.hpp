// Decides which moment a prune may take for now. What it removes is gone for ever, and the wall
// clock of a machine may be years ahead for a while: after a flat battery, before the network has
// given it the time. So a clock that has gone far ahead at once is followed slowly, until it is caught
// up with. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

/// What the prunes so far know of time. Unix seconds.
struct prune_clock {
  double seen = 0;    ///< The wall clock at the last prune.
  double trusted = 0; ///< The moment that it took for now.
  friend bool operator==(const prune_clock&, const prune_clock&) = default;
};

/// How far ahead of what was trusted before a clock is believed: a machine that was switched off.
inline constexpr double believed_leap = 7 * 86400.0;

/// @param last of the prune before; nothing before the first one, which has only its clock to
/// trust.
/// @returns what this prune goes by. *trusted* is never later than *wall*. If *wall* is further
/// ahead than is believed, it advances by two days for each day since, and by two days at most.
prune_clock trust_clock(const std::optional<prune_clock>& last, double wall);

/// @returns how much of what the clock says is not believed, in seconds; 0 if all is.
double disbelieved(const prune_clock& x);

/// As it is remembered, under this key. Anything else than what to_text() made is read as nothing.
inline constexpr const char* prune_clock_key = "prune-clock";
std::string to_text(const prune_clock& x);
std::optional<prune_clock> parse_prune_clock(std::string_view text);

std::string to_string(const prune_clock& x);

} // namespace pmactor
