// Sets a damaged database file aside, so that a new one can be begun in its place and what may
// still be read from it is not lost.
#pragma once

#include <cstddef>
#include <filesystem>

namespace pmactor {

/// Damaged databases that are kept: the oldest, which most likely holds the long history, and the newest.
inline constexpr std::size_t most_kept_aside = 3;

/// @returns the file with this end to its name: "-wal" and "-shm" are a database's companions.
std::filesystem::path beside(const std::filesystem::path& file, const char* suffix);

/// Moves the file and its two companions to a name that is free. Of more than most_kept_aside such copies,
/// those between the oldest and the newest go.
/// @returns the new name.
/// @throws storage_problem
std::filesystem::path keep_aside(const std::filesystem::path& file);

} // namespace pmactor
