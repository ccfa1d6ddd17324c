#include "app/history/write_rows.hpp"

#include "app/history/find_stops.hpp"

#include <cstdio>

namespace pmactor {

row_writer::row_writer(const row_form& form, history_reader& history, const text_style& style)
  : form_(form), history_(history), style_(style) {
  if (form.json && form.follow)
    return;
  if (form.csv)
    text_ = csv_head();
  else if (form.json)
    text_ = "[";
  else
    text_ = table_head(style_);
}

bool row_writer::add(const sample_row& row) {
  append(row, nullptr);
  return passed_on();
}

bool row_writer::add(const sample_row& row, const std::vector<span_event>& stops) {
  append(row, &stops);
  return passed_on();
}

void row_writer::append(const sample_row& row, const std::vector<span_event>* stops) {
  const auto processes =
    form_.processes && !form_.csv ? history_.processes(row.id) : std::vector<process_sample>{};
  if (form_.csv) {
    append_csv_row(text_, row);
  } else if (form_.json) {
    if (!form_.follow)
      text_ += count_ == 0 ? "\n" : ",\n";
    append_json_row(text_, row, form_.processes ? &processes : nullptr);
    if (stops != nullptr) {
      text_.pop_back();
      text_ += ",\"events\":" + stops_json(*stops) + '}';
    }
    if (form_.follow)
      text_ += '\n';
  } else {
    if (marker_ != nullptr)
      text_ += marker_->before(row.at());
    append_table_row(text_, row, times_, style_);
    if (form_.processes)
      append_late_line(text_, row, style_);
    for (const auto& x : processes)
      append_process_line(text_, x, style_);
    if (stops != nullptr && !stops->empty()) {
      text_ += '\n';
      for (const auto& x : *stops)
        for (const auto& line : wrapped("At that time " + stop_in_words(x) + '.', style_.width))
          text_ += line + '\n';
    }
  }
  ++count_;
}

bool row_writer::passed_on() {
  constexpr std::size_t large = 64 * 1024;
  return text_.size() < large || flush();
}

bool row_writer::flush() {
  const bool fine = std::fwrite(text_.data(), 1, text_.size(), stdout) == text_.size();
  text_.clear();
  return fine && std::fflush(stdout) == 0;
}

bool row_writer::end() {
  if (form_.json)
    text_ += count_ == 0 ? "]\n" : "\n]\n";
  return flush();
}

} // namespace pmactor
