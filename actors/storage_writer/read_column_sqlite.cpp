#include "actors/storage_writer/read_column_sqlite.hpp"

#include "messages/utf8.hpp"

#include <SQLiteCpp/Column.h>

#include <cmath>

namespace pmactor {

std::optional<double> number_in(const SQLite::Statement& row, int index) {
  const auto column = row.getColumn(index);
  if (!column.isFloat() && !column.isInteger())
    return std::nullopt;
  const double value = column.getDouble();
  return std::isfinite(value) ? std::optional{value} : std::nullopt;
}

std::string text_in(const SQLite::Statement& row, int index, std::size_t most) {
  const auto column = row.getColumn(index);
  if (!column.isText())
    return {};
  const auto* text = column.getText();
  return std::string{cut_text({text, static_cast<std::size_t>(column.getBytes())}, most)};
}

} // namespace pmactor
