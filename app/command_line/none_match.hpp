// What a command says that was asked for some of what is kept, and found none of it, or more than it was to show.
#pragma once

#include "messages/words.hpp"

#include <cstddef>
#include <string>

namespace pmactor {

/// @param one what is looked for: "event".
/// @param others how many there are that do not match.
/// @param lister the command that shows them: "pmactor events"; with options of its own, if it needs any.
inline std::string none_match(const std::string& one, std::size_t others, const std::string& lister) {
  return "No " + one + " matches; there " + (others == 1 ? "is " : "are ") + std::to_string(others)
         + (others == 1 ? " other, which `" : " others, which `") + lister + "` shows.\n";
}

/// @param shown the newest, of so many that match. @pre There are more.
/// @param done what was done with them: "shown".
inline std::string cut_words(std::size_t shown, std::size_t all, const std::string& done) {
  return "The newest " + grouped(shown) + " of " + grouped(all) + " are " + done + "; `-n all` is all of them.";
}

} // namespace pmactor
