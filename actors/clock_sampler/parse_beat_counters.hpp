// Reads the few numbers that a beat needs out of the kernel's texts. Allocates nothing; a text that is
// cut or makes no sense gives nothing.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pmactor {

/// @returns the *n*-th (from 0) number of a line of numbers.
std::optional<std::uint64_t> number_at(std::string_view text, std::size_t n);

/// @returns the number behind a key at the start of a line, e.g. "nr_throttled" of cpu.stat.
std::optional<std::uint64_t> number_of(std::string_view text, std::string_view key);

/// @returns the total of a pressure file's line: "some" or "full".
std::optional<std::chrono::nanoseconds> pressure_total(std::string_view text, std::string_view line);

/// The first line of /proc/stat, in ticks, and how many CPUs it adds up.
struct machine_ticks {
  std::uint64_t total = 0; ///< User to steal; guests are in user already.
  std::uint64_t stolen = 0;
  std::uint32_t cpus = 0;
};
std::optional<machine_ticks> parse_machine_ticks(std::string_view text);

} // namespace pmactor
