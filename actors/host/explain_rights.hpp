// Says of what a user may not see that it is a question of rights, and whose it is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace pmactor {

/// @returns "root (user 0)", or "user 4711" where the system knows no name.
std::string user_in_words(std::uint32_t uid);

/// @returns why this user cannot find out whether the path is there or cannot read it, as a sentence on whose it is
/// and what to do; empty if the reason is another one, or there is no reason.
std::string explain_rights(const std::filesystem::path& path);

} // namespace pmactor
