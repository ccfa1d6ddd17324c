// The charts of the history and of the live page: which values there are, and what is drawn
// together.
#pragma once

#include "actors/storage_writer/lay_out_row.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace pmactor::web {

/// What a chart's numbers are.
enum class chart_unit : std::uint8_t { points, percent, bytes_per_second, celsius, seconds };

struct chart_line {
  std::string_view name;
  std::string_view colour; ///< The name of a CSS variable.
  std::size_t value = 0;   ///< Which of the values.
};

struct chart {
  std::string_view id, title;
  chart_unit unit = chart_unit::points;
  std::optional<double> full; ///< The top of the scale; nothing to find one.
  std::vector<chart_line> lines;
};

const std::vector<chart>& all_charts();

/// The columns that are read for them.
const std::vector<sample_column>& chart_columns();
inline constexpr std::size_t chart_values = 20;

/// Makes the values of the columns.
/// @param columns as chart_columns(). @param values as many as chart_values.
void compute_values(std::span<const double> columns, std::span<double> values);

std::string_view to_string(chart_unit x); ///< As the script knows it: "bytes".

} // namespace pmactor::web
