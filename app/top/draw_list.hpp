// Decides what the list below the curves shows: processes, units, events or actors, and which of
// its lines are seen. Pure.
#pragma once

#include "app/top/canvas.hpp"
#include "app/top/top_page.hpp"
#include "app/top/top_state.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace pmactor {

/// @returns how many lines the list has.
std::size_t list_size(const top_state& state, const top_page& page, double now);

/// The event that is selected in the list of events.
struct selected_event {
  std::size_t line = 0;
  std::int64_t id = 0;
};

/// @returns the one to which one went, or else the one on which the selection is; nullopt if none is listed.
std::optional<selected_event> find_selected_event(const top_state& state, const top_page& page, double now);

/// @returns what is known of the selected process or actor, as describe_selected.hpp says it; empty if none is selected.
std::string selected_detail(const top_state& state, const top_page& page);

/// Draws its heading into the line *top*, and so many lines below it that the selected one is among
/// them.
void draw_list(canvas& out, const top_state& state, const top_page& page, std::size_t top,
               std::size_t rows, double now);

} // namespace pmactor
