// Writes samples in the form that was asked for: a table, CSV, or JSON.
#pragma once

#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/explain/explain_span.hpp"
#include "app/history/mark_rows.hpp"
#include "app/views/render_samples.hpp"
#include "app/views/terminal.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace pmactor {

struct row_form {
  bool json = false, csv = false;
  bool follow = false;    ///< JSON comes as an object a line, which never end.
  bool processes = false; ///< Those of each sample as well.

  bool is_table() const {
    return !json && !csv;
  }
};

/// Writes rows, oldest first, to the standard output, in large pieces.
class row_writer {
public:
  row_writer(const row_form& form, history_reader& history, const text_style& style);

  /// What stands between the rows of a table, from now on.
  void mark_with(row_marker* marker) {
    marker_ = marker;
  }

  /// @returns false when the output takes no more.
  bool add(const sample_row& row);
  /// The same, with the events in which the moment lies that was asked for.
  bool add(const sample_row& row, const std::vector<span_event>& stops);

  /// Hands over what there is. @returns whether it was written.
  bool flush();
  /// @returns whether all was written.
  bool end();

  std::size_t count() const {
    return count_;
  }

private:
  void append(const sample_row& row, const std::vector<span_event>* stops);
  bool passed_on();

  const row_form form_;
  history_reader& history_;
  row_marker* marker_ = nullptr;
  const text_style style_;
  std::string text_;
  time_writer times_;
  std::size_t count_ = 0;
};

} // namespace pmactor
