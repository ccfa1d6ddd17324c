// Samples as lines of a table, of CSV and of JSON, and many samples as one per step. Pure but for
// the local time zone. Appends to a text, so that nothing is allocated a row.
#pragma once

#include "actors/storage_writer/lay_out_row.hpp"
#include "app/views/terminal.hpp"
#include "messages/sample.hpp"

#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// Writes local times; remembers the day, as most times follow one another.
class time_writer {
public:
  /// Appends e.g. "2026-01-20 09:08:55".
  void append(std::string& text, double unix_seconds);

private:
  std::int64_t minute_ = -1; ///< For which the prefix holds.
  std::string prefix_;       ///< "2026-01-20 09:08:"
};

/// How far the local time is ahead of UTC; remembers the last quarter of an hour, as most times follow one
/// another and no zone changes within one.
class zone_offset {
public:
  /// @returns seconds.
  double at(double unix_seconds);

private:
  double quarter_ = -1;
  double offset_ = 0;
};

/// @returns the head of the table, two lines.
std::string table_head(bool unicode);
/// The same, with the columns that fit into the width.
std::string table_head(const text_style& style);
/// Appends a line of the table. An absent value is a dash.
void append_table_row(std::string& text, const sample_row& row, time_writer& times, bool unicode);
/// The same, with the columns that fit, and painted where the style has colours: yellow under stress, red where it is
/// critical by the default settings.
void append_table_row(std::string& text, const sample_row& row, time_writer& times, const text_style& style);
/// Appends a line on how late the beat came and the witnesses were, to stand below its sample; nothing where that is
/// not known.
void append_late_line(std::string& text, const sample_row& row, const text_style& style);
/// Whether it is one of the programs that the settings suspect, and did enough for the word: what a
/// process is called accuses none.
bool is_worth_suspicion(const process_sample& x);
/// Appends a line on a process, to stand below its sample; two where the width is too small for one. The name is
/// escaped, and cut where lines are.
void append_process_line(std::string& text, const process_sample& process, const text_style& style);

/// @returns the line with the names of the columns.
std::string csv_head();
void append_csv_row(std::string& text, const sample_row& row);

/// Appends an object, without a line feed. An absent value is null.
/// @param processes null: they were not asked for.
void append_json_row(std::string& text, const sample_row& row,
                     const std::vector<process_sample>* processes);

/// @returns a sign of eight heights for the value's share of the most; '.' to '#' without Unicode.
const char* spark(std::optional<double> value, double most, bool unicode);

/// Gathers the samples of each step: the means of their values, the stress of the worst of them, and
/// the most lateness.
class step_summary {
public:
  /// @param step in seconds; above zero. Steps lie on multiples of it of the local time: an hour begins
  /// at :00, a day at 00:00, also where a zone is off by half an hour or has summer time.
  explicit step_summary(double step) : step_(step) {
  }

  /// @param row one that is not of the step of the row before ends that step.
  /// @returns the step before, if this sample begins another.
  std::optional<sample_row> add(const sample_row& row);
  /// @returns the last step, if there was any sample.
  std::optional<sample_row> finish();

private:
  double begin_of(double time);

  double step_;
  zone_offset zone_;
  double begin_ = 0; ///< Of the current step, Unix seconds.
  std::size_t count_ = 0;
  sample_row worst_;
  std::array<double, sample_column_count> sums_{};
  std::array<std::optional<double>, late_parts> latest_{};
  std::array<std::size_t, sample_column_count> counts_{};
};

/// Draws the worst stress over a range in so many columns, from samples in any order.
class stress_line {
public:
  stress_line(double since, double until, std::size_t columns)
    : since_(since), until_(until), worst_(columns) {
  }
  void add(const sample_row& row);
  std::string drawn(bool unicode) const;

private:
  double since_, until_;
  std::vector<std::optional<double>> worst_;
};

} // namespace pmactor
