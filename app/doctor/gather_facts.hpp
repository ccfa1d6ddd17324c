// Looks at this machine for `pmactor doctor`.
#pragma once

#include "app/command_line/place_flags.hpp"
#include "app/doctor/find_limits.hpp"

namespace pmactor {

/// Changes nothing, and waits for nothing but a disk that is read. What cannot be found out is left out.
doctor_facts gather_facts(const place_flags& flags);

/// Of gather_facts(): what depends on the system. @pre It is known whether a daemon runs.
void gather_system_facts(doctor_facts& x);

} // namespace pmactor
