// How many files this process may have open.
#pragma once

#include <cstddef>

namespace pmactor {

/// A higher limit than this is some container's idea of none.
constexpr std::size_t most_files = 1U << 20;

/// @returns the limit that holds now, up to most_files; 0 if it is not known.
std::size_t file_limit();

/// For a process that holds many files: raises its limit to what is wanted, as far as it may. Before any thread.
/// @returns file_limit() afterwards.
std::size_t raise_file_limit(std::size_t wanted);

/// Undoes that in a child, between fork() and exec(): programs that use select() rely on the usual limit.
void restore_file_limit();

} // namespace pmactor
