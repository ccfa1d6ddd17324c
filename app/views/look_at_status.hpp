// Finds out how the daemon and the machine are, without the daemon's help.
#pragma once

#include "app/command_line/place_flags.hpp"
#include "app/views/render_status.hpp"

namespace pmactor {

/// Whatever can be found out; a history or a health page that cannot be read, is no reason to say
/// nothing.
/// @param is_repeated of a look every second: waits for no daemon that is just starting
/// or ending, and leaves out the jobs, which only the settings know.
/// @throws std::runtime_error as place_flags::find().
status_view look_at_status(const place_flags& flags, bool is_repeated = false);

} // namespace pmactor
