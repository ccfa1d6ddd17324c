// Secrets that are known by their own shape, whatever they are called: tokens of well-known makers,
// credentials in URLs, private keys, words that only a random generator writes. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// @returns the word without the credentials in its URLs, and without the paths that are secrets
/// themselves.
std::string redact_urls(std::string_view word);

/// @returns the text without what is a token or a key by its shape.
std::string redact_shapes(std::string_view text);

/// @returns the text without what stands between the lines that begin and end a private key.
std::string redact_key_blocks(std::string_view text);

} // namespace pmactor
