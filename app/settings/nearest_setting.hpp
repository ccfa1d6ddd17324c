// What a user may have meant by a key that is none. Pure.
#pragma once

#include <string>

namespace pmactor {

/// @returns the known key or section that a user may have meant; empty if none is near.
std::string nearest_setting(const std::string& key);

/// @returns what is wrong with what is no key, as the end of a sentence that starts with it: "is no key that
/// pmactor knows; did you mean log.level?"
std::string unknown_key_words(const std::string& key);

} // namespace pmactor
