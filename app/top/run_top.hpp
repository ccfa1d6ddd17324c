// The loop of the live view: keys change the state, pages come from the loader, both are drawn.
// Input waits for no page.
#pragma once

#include "app/instance/places.hpp"
#include "app/top/top_state.hpp"

#include <cstddef>
#include <string>

namespace pmactor {

struct top_settings {
  places where;
  double longest = 7; ///< Seconds from one stored sample to the next while the daemon runs.
  top_state begin;
  bool mouse = false;
};

/// Shows it on the terminal until the user ends it.
/// @throws std::exception if it cannot be shown.
void run_top(const top_settings& settings);

/// @returns one screen as text.
/// @throws storage_problem if the history cannot be read: a screen that stays has no other way to say so.
std::string show_top_once(const top_settings& settings, std::size_t width, std::size_t height,
                          bool unicode);

} // namespace pmactor
