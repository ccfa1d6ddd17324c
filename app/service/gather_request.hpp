// Finds out what an installation on this machine is to be: a service of the whole machine or of a user, of which
// program, with which places and environment.
#pragma once

#include "app/command_line/place_flags.hpp"
#include "app/service/plan_installation.hpp"

namespace pmactor {

/// Changes nothing.
/// @param system whether the service is of the whole machine, and not of this user.
/// @throws std::runtime_error, one sentence, if it is and this user is not root.
install_request gather_request(bool system, const place_flags& where);

} // namespace pmactor
