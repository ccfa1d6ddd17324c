// Decides which curves the live view shows in so many lines, and draws them. Pure.
#pragma once

#include "app/top/canvas.hpp"
#include "app/top/top_page.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace pmactor {

/// Where the curves are on the screen.
struct curve_area {
  std::size_t left = 9;    ///< First column of the curves.
  std::size_t width = 60;  ///< Columns.
  std::size_t top = 2;     ///< First line.
  std::size_t height = 12; ///< Lines.
  std::size_t turned = 0;  ///< So many times the curves that fit are left out, but for the stress.
};

/// Draws the curves of the last columns up to *last*, with what each is called in front and its
/// value at the cursor behind.
/// @param cursor the number of the column whose values are written out, the worst of its time.
/// @param newest the sample whose values are written out instead, as it is live; null if it is not.
void draw_curves(canvas& out, const top_page& page, const curve_area& area, std::int64_t last,
                 std::int64_t cursor, const sample_row* newest = nullptr);

/// @returns the sign of each column for the events in it, the gravest; '.' where the time is
/// recorded, ' ' where not.
std::string marks_of(const top_page& page, std::size_t width, std::int64_t last);

/// @returns what the signs mean that are among these marks, as a line.
std::string legend_of(const std::string& marks);

/// @returns the tone in which the sign of an event is drawn.
paint tone_of_mark(char mark);

} // namespace pmactor
