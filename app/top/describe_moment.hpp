// Decides what the two lines above the curves say: whether it is live and how old the figures are, the stress and its
// parts, the event at the cursor, and what a column stands for; what matters less is left out where there is no room.
// Pure.
#pragma once

#include "app/top/top_page.hpp"
#include "app/top/top_state.hpp"
#include "app/views/terminal.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pmactor {

/// @returns the sample whose values are written out: live the newest one; null where they are those of a column.
const sample_row* written_sample(const top_state& state, const top_page& page);

/// @returns "live, sample of 9 s ago", with the age of the figures if they are not of this second or the one before, and
/// the same in fewer words, the fullest first. Not called live while the daemon does not run or does not get on.
std::vector<std::string> live_words(const top_page& page, double now);

/// Parts of a line.
struct moment_line {
  std::string text; ///< Longer than the line only if nothing is left that could be left out.
  paint tone = paint::plain;
  std::string right; ///< At the end of the line; empty if there is no room.
};

/// @param number of the column whose stress it is in history: what stands here and behind the curves is of the same.
/// @param width of the line.
moment_line describe_moment(const top_state& state, const top_page& page, std::int64_t number, double now,
                            std::size_t width);

} // namespace pmactor
