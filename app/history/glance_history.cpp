#include "app/history/glance_history.hpp"

#include "app/top/draw_curves.hpp"
#include "app/views/event_values.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace pmactor {
namespace {

constexpr std::size_t left = 10, right = 10; ///< Of the curves: their names and their values.
constexpr std::size_t curve_lines = 9;
constexpr double day = 86400;

} // namespace

double step_for(double span, std::size_t lines) {
  static constexpr std::array<double, 18> steps{
    1,   5,    10,   15,        30,        60,        120,        300, 600,
    900, 1800, 3600, 2 * 3600., 4 * 3600., 6 * 3600., 12 * 3600., day, 7 * day};
  for (const auto step : steps)
    if (span / step <= static_cast<double>(std::max<std::size_t>(lines, 1)))
      return step;
  return std::ceil(span / static_cast<double>(std::max<std::size_t>(lines, 1)) / day) * day;
}

history_glance::history_glance(double since, double until, std::size_t lines, double longest,
                               const text_style& style)
  : since_{since}, until_{std::max(until, since + 1)}, longest_{longest}, style_{style},
    width_{style.width > left + right + 10 ? style.width - left - right : 10},
    column_step_{(until_ - since_) / static_cast<double>(width_)},
    // The curves, their marks and times and what they mean, the head of the table and the prompt are
    // on the screen as well.
    row_step_{step_for(until_ - since_, lines > curve_lines + 14 ? lines - curve_lines - 7 : 8)},
    columns_{column_step_, longest}, summary_{row_step_} {
}

void history_glance::add(const sample_row& row) {
  auto shifted = row; // so that the first column begins where the time does
  if (const auto time = row[sample_column::timestamp])
    shifted[sample_column::timestamp] = *time - since_;
  columns_.add(shifted);
  if (auto done = summary_.add(row))
    rows_.push_back(*done);
}

std::string history_glance::finish(const std::vector<row_event>& events) {
  if (const auto done = summary_.finish())
    rows_.push_back(*done);
  if (rows_.empty())
    return {};
  top_page page;
  page.step = column_step_;
  page.columns = std::make_shared<const time_columns>(columns_.columns());
  std::vector<top_event> marks;
  for (const auto& x : events)
    marks.push_back({x.id, x.kind, x.time.from - since_, x.time.to - since_, false, {}});
  page.events = std::make_shared<const std::vector<top_event>>(std::move(marks));
  canvas out{style_.width, curve_lines + 2, style_.unicode};
  const auto last = static_cast<std::int64_t>(width_) - 1;
  draw_curves(out, page, {left, width_, 0, curve_lines}, last,
              page.columns->empty() ? last : page.columns->rbegin()->first);
  out.put(0, curve_lines, "events", paint::dim);
  const auto signs = marks_of(page, width_, last);
  for (std::size_t i = 0; i < signs.size(); ++i)
    out.put(left + i, curve_lines, std::string_view{&signs[i], 1}, tone_of_mark(signs[i]));
  const bool same_day = moment_words(since_, "%F") == moment_words(until_, "%F");
  constexpr std::size_t room_for_dates = 34;
  const auto* format = same_day ? "%T" : width_ < room_for_dates ? "%d. %H:%M" : "%F %H:%M";
  out.put(left, curve_lines + 1, moment_words(since_, format), paint::dim);
  out.put_left_of(left + width_, curve_lines + 1, moment_words(until_, format), paint::dim);
  auto result = out.painted_text(style_);
  const auto explain = [&](const std::string& text) {
    for (const auto& line : wrapped(text, style_.width))
      result += painted(line, paint::dim, style_) + '\n';
  };
  explain(legend_of(signs));
  explain("A column above is " + span_words(column_step_) + " at its worst, a line below "
          + to_words(std::chrono::seconds{std::llround(row_step_)}) + "; --step changes that.");
  result += table_head(style_);
  row_marker marker{events, std::max(longest_, row_step_ * 1.5), 1, style_.width};
  time_writer times;
  for (const auto& row : rows_) {
    result += marker.before(row.at());
    append_table_row(result, row, times, style_);
  }
  result += marker.before(until_);
  return result;
}

} // namespace pmactor
