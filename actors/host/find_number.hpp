// Finds a single number in the kernel's texts. Allocates nothing; a text that is cut or makes no sense gives nothing. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pmactor {

/// @returns the *n*-th (from 0) number of a line of numbers.
std::optional<std::uint64_t> number_at(std::string_view text, std::size_t n);

/// @returns the number behind a key at the start of a line, e.g. "nr_throttled" of cpu.stat.
std::optional<std::uint64_t> number_behind(std::string_view text, std::string_view key);

} // namespace pmactor
