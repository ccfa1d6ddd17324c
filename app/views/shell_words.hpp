// Decides how a word is written so that a shell takes it as it is. Pure.
#pragma once

#include <string>

namespace pmactor {

/// @returns the word within quotes.
std::string shell_quoted(const std::string& word);

/// @returns the word for people to copy: bare where that means the same.
std::string shell_word(const std::string& word);

} // namespace pmactor
