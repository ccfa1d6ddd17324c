// Decides what of a foreign text looks like a secret, and takes it out: passwords, tokens and keys
// in command lines, in environment-like assignments, in URLs, in headers and by their own shape.
// Pure. It errs on the side of hiding: a word too many that is gone costs a reader little.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// What stands in the place of a secret.
inline constexpr std::string_view hidden_secret = "[hidden]";

/// @returns the text, of any number of lines, without what looks like a secret. Doing it again
/// changes nothing.
std::string redact_secrets(std::string_view text);

/// @param words of one command line, the program first; where each begins and ends is known, so
/// that more is found than in a text.
std::vector<std::string> redact_arguments(std::vector<std::string> words);

/// @returns whether what stands under this name is a secret: "--db-password",
/// "AWS_SECRET_ACCESS_KEY", "apiToken".
bool names_a_secret(std::string_view key);

} // namespace pmactor
