// How near two words are, to guess what somebody meant. Pure.
#pragma once

#include <cstddef>
#include <string>

namespace pmactor {

/// @returns how many single letters must be changed, added or left out to turn one text into the
/// other.
std::size_t letters_apart(const std::string& a, const std::string& b);

} // namespace pmactor
