// How a value is taken out of a database, which is as foreign as any file: what is no number, or no text,
// is absent or empty, and texts are bounded.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <cstddef>
#include <optional>
#include <string>

namespace pmactor {

/// @returns the finite number in the column; nothing if it holds none.
std::optional<double> number_in(const SQLite::Statement& row, int index);

/// @returns the text in the column, cut to *most* bytes at a character; empty if it holds none.
std::string text_in(const SQLite::Statement& row, int index, std::size_t most);

} // namespace pmactor
