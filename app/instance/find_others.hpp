// Daemons that run on this machine for other users or with other data: who asks for a daemon that is not there may
// mean one of them.
#pragma once

#include "app/instance/places.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace pmactor {

struct other_daemon {
  std::int64_t pid = 0;
  std::uint32_t uid = 0;
  std::string data; ///< As its command line names it; empty if it does not.
};

/// @returns the processes that were started as `pmactor run`, by any user, 16 at most; none where the
/// system does not show them.
std::vector<other_daemon> list_daemons();

/// @returns a sentence on those that run elsewhere and how to ask for them; empty if there are none. Foreign: it
/// has paths.
std::string describe_others(const std::vector<other_daemon>& all, std::uint32_t own_uid);

/// @returns why there is nothing to be seen of a daemon of these places, though there may be one: its data is not
/// for this user, or it is another user's. Empty if nothing is known. Foreign, as it has paths.
std::string explain_absence(const places& where);

} // namespace pmactor
