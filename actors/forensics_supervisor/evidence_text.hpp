// How evidence is worded: what all describe_*.cpp share. What is foreign is bounded and made
// harmless here.
#pragma once

#include "actors/forensics_supervisor/finding.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace pmactor::evidence {

inline constexpr std::size_t longest_name = 64;
inline constexpr std::size_t longest_path = 512;

/// @returns the number as JSON has it; null if it is none.
std::string number(double x);
template <class T>
std::string number(const std::optional<T>& x) {
  if (!x)
    return "null";
  if constexpr (std::is_floating_point_v<T>)
    return number(*x);
  else
    return std::to_string(*x);
}

std::string_view cut(std::string_view text, std::size_t most);

/// @returns foreign text on one line, harmless.
std::string one_line(std::string_view text);

/// @returns a name as it stands in a sentence.
std::string named(std::string_view name);

/// Keeps the most telling, those first.
void sort_and_cut(std::vector<finding>& found, std::size_t most);

std::string rate_in_words(double bytes);
std::string list_of(const std::set<std::string>& names, std::size_t most);

} // namespace pmactor::evidence
