// Finds out how the daemon and the machine are, without the daemon's help.
#pragma once

#include "app/command_line/place_flags.hpp"
#include "app/views/render_status.hpp"

namespace pmactor {

/// Whatever can be found out; a history or a health page that cannot be read, is no reason to say
/// nothing.
/// @param again_and_again of one who looks every second: waits for no daemon that is just starting
/// or ending, and leaves out the jobs, which only the settings know.
/// @throws std::runtime_error as place_flags::find().
status_view look_at_status(const place_flags& flags, bool again_and_again = false);

} // namespace pmactor
