// Decides what stands where on the screen of the live view. Pure: state, page, size and time are
// arguments.
#pragma once

#include "app/top/canvas.hpp"
#include "app/top/top_page.hpp"
#include "app/top/top_state.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// How the lines and columns of a screen are shared out.
struct top_plan {
  std::size_t curves_left = 9, curves_width = 60, curves_top = 2, curves_height = 12;
  std::size_t list_top = 16;    ///< The line of its heading.
  std::size_t list_rows = 6;    ///< Below the heading.
  std::size_t opened_rows = 20; ///< Of an opened event or the help.
};

inline constexpr std::size_t least_top_width = 40, least_top_height = 12;

top_plan plan_top(std::size_t width, std::size_t height);

/// @returns the column of the curves, counted from the left, in which a click at this cell is; none
/// if it is elsewhere. The marks and the axis below are a part of the curves.
std::optional<std::size_t> column_at(const top_plan& plan, std::size_t x, std::size_t y);

/// What a key needs to know of the screen. @param page and *state* outlive the result.
top_surroundings surroundings_of(const top_state& state, const top_page& page, std::size_t width,
                                 std::size_t height, double now);

/// @returns the screen. On one that is too small for anything else stands a sentence that says so.
canvas lay_out_top(const top_state& state, const top_page& page, std::size_t width,
                   std::size_t height, double now, bool unicode);

} // namespace pmactor
