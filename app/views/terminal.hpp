// What human output needs to know of the terminal it goes to, and the laying out of text for it.
// All widths are in cells of a terminal: a wide letter of East Asia has two, a mark on a letter
// none. No text here is foreign any more (app/views/escape.hpp comes first).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// How to write for the reader.
struct text_style {
  bool colour = false;
  bool unicode = true; ///< False: no character beyond ASCII of our own, as the locale knows none.
  std::size_t width = 80;
  bool is_cut = false; ///< A line that is longer does not fit: tables are cut to the width.
};

/// Decides how wide lines may be, for all that this program writes. @param variable COLUMNS, as the environment has it,
/// or null: a number in it comes first. @param terminal how wide the terminal is; 0 if there is none or it does not say.
/// @returns nullopt if nothing says it.
std::optional<std::size_t> line_width(const char* variable, std::size_t terminal);

/// @returns the style for this descriptor: coloured only on a terminal that is not dumb, and unless
/// NO_COLOR is set; 80 wide and not cut if neither COLUMNS nor a terminal says how wide. To be asked before a pager is
/// started (app/views/pager.hpp): behind it there is no terminal to ask.
text_style style_of(int descriptor);

enum class paint { plain, bold, dim, red, yellow, green };

/// @returns the text between the codes that colour it, if the style has colours.
std::string painted(std::string_view text, paint how, const text_style& style);

/// @returns the text with our own signs (… µ – ● ├─) spelled in ASCII, if the style has no Unicode.
std::string spelled(std::string text, const text_style& style);

/// @returns how many cells the text takes.
std::size_t width_of(std::string_view text);

/// @returns the begin of the text, as much as fits.
std::string_view head_of(std::string_view text, std::size_t width);

/// @returns the text cut to the width, its last character replaced by an ellipsis if anything was
/// cut.
std::string cut(std::string_view text, std::size_t width, const text_style& style);

/// @returns the text filled up with spaces on the right; or on the left.
std::string padded(std::string text, std::size_t width);
std::string padded_left(std::string text, std::size_t width);

/// @returns the text filled up as a column of a table, with a space behind it also where it is too
/// long.
std::string as_column(std::string text, std::size_t width);

/// @returns the text in lines of at most this width, broken at spaces where there are any.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// @returns a moment of the wall clock in local time: "09:08:55", with its date if that is not
/// today's; empty if it is beyond all calendars.
std::string local_time(std::int64_t unix_seconds, std::int64_t now_unix_seconds);

} // namespace pmactor
