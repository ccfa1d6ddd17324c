#include "app/views/render_samples.hpp"

#include "actors/flight_recorder/culprit_policy.hpp"
#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/views/json_form.hpp"
#include "messages/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <vector>

namespace pmactor {
namespace {

using column = sample_column;

constexpr double most_stress = 100;
constexpr double latest_second = 253402300799; ///< Of the year 9999.

void append_number(std::string& text, double value) {
  std::array<char, 32> room{};
  const auto [end, problem] = std::to_chars(room.data(), room.data() + room.size(), value);
  text.append(room.data(), problem == std::errc{} ? end : room.data());
}

/// Appends the number with so many decimals, right-aligned; a dash if it is absent.
void append_cell(std::string& text, std::optional<double> value, std::size_t width, int decimals,
                 bool unicode) {
  std::array<char, 400> room{};
  std::size_t size = 0;
  if (value) {
    const auto [end, problem] = std::to_chars(room.data(), room.data() + room.size(), *value,
                                              std::chars_format::fixed, decimals);
    size = problem == std::errc{} ? static_cast<std::size_t>(end - room.data()) : 0;
  }
  const auto shown = size == 0 ? 1 : size;
  text.append(width > shown ? width - shown : 0, ' ');
  if (size == 0)
    text += unicode ? "–" : "-";
  else
    text.append(room.data(), size);
}

/// Appends bytes per second as "12.3M", five wide.
void append_rate(std::string& text, std::optional<double> value, std::size_t width, bool unicode) {
  if (!value) {
    append_cell(text, value, width, 0, unicode);
    return;
  }
  static constexpr std::array<char, 5> units{'B', 'k', 'M', 'G', 'T'};
  std::size_t unit = 0;
  auto x = *value;
  for (; x >= 999.5 && unit + 1 < units.size(); ++unit)
    x /= 1000;
  append_cell(text, x, width - 1, unit > 0 && x < 9.95 ? 1 : 0, unicode);
  text += units[unit];
}

void append_two_digits(std::string& text, std::int64_t x) {
  text += static_cast<char>('0' + x / 10);
  text += static_cast<char>('0' + x % 10);
}

/// @returns the columns of a row or of the head that fit as a whole; the last ones are left out first.
std::string columns_that_fit(std::string line, const text_style& style) {
  static constexpr std::array<std::size_t, 8> ends{27, 35, 42, 50, 58, 66, 73, 80};
  if (width_of(line) <= style.width)
    return line;
  std::size_t fits = ends.front();
  for (const auto end : ends)
    if (end <= style.width)
      fits = end;
  return std::string{head_of(line, fits)};
}

} // namespace

void time_writer::append(std::string& text, double unix_seconds) {
  constexpr double latest = 9e9; // beyond, calendars differ; such a time is none of ours
  if (!(unix_seconds >= 0 && unix_seconds < latest)) {
    text.append(19, '?');
    return;
  }
  const auto seconds = static_cast<std::int64_t>(unix_seconds);
  if (const auto minute = seconds / 60; minute != minute_) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    ::localtime_r(&time, &parts);
    std::array<char, 32> room{};
    prefix_.assign(room.data(), std::strftime(room.data(), room.size(), "%Y-%m-%d %H:%M:", &parts));
    minute_ = minute;
  }
  text += prefix_;
  append_two_digits(text, seconds % 60);
}

const char* spark(std::optional<double> value, double most, bool unicode) {
  static constexpr std::array<const char*, 8> fine{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr std::array<const char*, 8> plain{".", ".", ":", ":", "+", "+", "#", "#"};
  if (!value)
    return " ";
  const auto share = std::clamp(*value / most, 0.0, 1.0);
  const auto level = std::min<std::size_t>(7, static_cast<std::size_t>(share * 8));
  return unicode ? fine[level] : plain[level];
}

std::string table_head(bool unicode) {
  std::string result =
    "time                 stress     cpu   load    free    read   write   temp    gpu\n"
    "                     points       %              %     B/s     B/s     °C      %\n";
  if (!unicode)
    result.replace(result.find("°C"), 3, " C");
  return result;
}

std::string table_head(const text_style& style) {
  const auto whole = table_head(style.unicode);
  const auto end = whole.find('\n');
  return columns_that_fit(whole.substr(0, end), style) + '\n'
         + columns_that_fit(whole.substr(end + 1, whole.size() - end - 2), style) + '\n';
}

void append_table_row(std::string& text, const sample_row& row, time_writer& times, bool unicode) {
  times.append(text, row[column::timestamp].value_or(-1));
  append_cell(text, row[column::stress_total], 6, 0, unicode);
  text += ' ';
  text += spark(row[column::stress_total], most_stress, unicode);
  append_cell(text, row[column::cpu_pct], 8, 1, unicode);
  append_cell(text, row[column::load_avg], 7, 2, unicode);
  append_cell(text, memory_available_percent(row), 8, 0, unicode);
  append_rate(text, row[column::io_read], 8, unicode);
  append_rate(text, row[column::io_write], 8, unicode);
  append_cell(text, row[column::cpu_temp], 7, 0, unicode);
  append_cell(text, row[column::gpu_pct], 7, 0, unicode);
  text += '\n';
}

void append_table_row(std::string& text, const sample_row& row, time_writer& times, const text_style& style) {
  constexpr double elevated = 30, critical = 60;
  std::string line;
  append_table_row(line, row, times, style.unicode);
  line.pop_back(); // the line feed is not painted
  line = columns_that_fit(std::move(line), style);
  const auto stress = row[column::stress_total].value_or(0);
  text += painted(line, stress >= critical ? paint::red : stress >= elevated ? paint::yellow : paint::plain, style);
  text += '\n';
}

void append_late_line(std::string& text, const sample_row& row, const text_style& style) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < late_parts; ++i)
    if (const auto late = row.values[first_late_column + i])
      parts.push_back(to_string(static_cast<late_part>(i)) + ' ' + span_words(*late));
  if (parts.empty())
    return;
  bool is_first = true;
  for (const auto& line : wrapped(spelled("late: " + joined(parts), style), style.width - 4)) {
    text += (is_first ? "    " : "      ") + line + '\n';
    is_first = false;
  }
}

bool is_worth_suspicion(const process_sample& x) {
  const culprit_policy events; // who is named by an event did as much
  return x.is_suspect
         && (x.cpu_pct.value_or(0) >= events.least_cpu_pct
             || x.io_read.value_or(0) + x.io_write.value_or(0) >= events.least_io_rate);
}

void append_process_line(std::string& text, const process_sample& x, const text_style& style) {
  constexpr std::size_t margin = 4, widest_name = 30, least_name = 12, of_memory = 11, of_all = 53;
  auto room = std::clamp(style.width - std::min(style.width, margin + of_all), least_name, widest_name);
  std::vector<std::string> parts;
  const auto add = [&](const char* what, std::optional<double> value, const char* unit) {
    std::string number;
    append_rate(number, value, 5, style.unicode);
    parts.push_back(what + number + unit);
  };
  // Those that have ended have neither a name nor a number nor memory: their words take that room as well.
  const bool is_sum = x.pid < 0;
  if (x.cpu_pct || x.mem_bytes || x.io_read || x.io_write) {
    std::string cpu;
    append_cell(cpu, x.cpu_pct, 5, 1, style.unicode);
    parts.push_back("cpu " + cpu + " %");
    if (is_sum && !x.mem_bytes)
      room += of_memory;
    else
      add("mem ", x.mem_bytes, "");
    add("read ", x.io_read, "/s");
    add("write ", x.io_write, "/s");
  }
  if (is_worth_suspicion(x))
    parts.emplace_back("suspect");
  const auto number = is_sum ? std::string{} : " (" + std::to_string(x.pid) + ')';
  auto name = is_sum ? std::string{"(processes that have ended)"} : escaped(x.name);
  if (style.is_cut && !parts.empty())
    name = cut(name, std::max<std::size_t>(room - std::min(room, width_of(number)), 4), style);
  name += number;
  auto line = std::string(margin, ' ') + (parts.empty() ? name : padded(std::move(name), room));
  for (const auto& part : parts) {
    if (width_of(line) + 2 + width_of(part) > style.width) {
      text += line + '\n';
      line = std::string(margin, ' ');
    }
    line += "  " + part;
  }
  text += line + '\n';
}

std::string csv_head() {
  std::string result = "id";
  for (const auto name : sample_column_names)
    result.append(",").append(name);
  return result + '\n';
}

void append_csv_row(std::string& text, const sample_row& row) {
  std::array<char, 24> room{};
  const auto [end, problem] = std::to_chars(room.data(), room.data() + room.size(), row.id);
  text.append(room.data(), problem == std::errc{} ? end : room.data());
  for (const auto& value : row.values) {
    text += ',';
    if (value)
      append_number(text, *value);
  }
  text += '\n';
}

void append_json_row(std::string& text, const sample_row& row,
                     const std::vector<process_sample>* processes) {
  text += "{\"schema_version\":" + std::to_string(json_schema_version) + ",\"id\":" + std::to_string(row.id);
  const auto moment = row[column::timestamp] ? iso_moment(*row[column::timestamp]) : std::string{};
  text += ",\"timestamp_iso\":" + (moment.empty() ? "null" : '"' + moment + '"');
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    text.append(",\"").append(sample_column_names[i]).append("\":");
    if (row.values[i])
      append_number(text, *row.values[i]);
    else
      text += "null";
  }
  if (processes != nullptr) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& x : *processes) {
      const auto value = [](const std::optional<double>& number) {
        return number ? nlohmann::ordered_json(*number) : nlohmann::ordered_json(nullptr);
      };
      auto& one = list.emplace_back(nlohmann::ordered_json::object({{"pid", x.pid}}));
      put_moment(one, "start_time", x.start_time);
      one.update({{"name", x.name},
                  {"cpu_pct", value(x.cpu_pct)},
                  {"mem_bytes", value(x.mem_bytes)},
                  {"io_read", value(x.io_read)},
                  {"io_write", value(x.io_write)},
                  {"is_suspect", x.is_suspect}});
    }
    text += ",\"processes\":"
            + list.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
  text += '}';
}

double zone_offset::at(double unix_seconds) {
  const auto quarter = std::floor(unix_seconds / 900);
  if (quarter == quarter_)
    return offset_;
  quarter_ = quarter;
  offset_ = 0;
  std::tm broken{};
  const auto whole = static_cast<std::time_t>(std::clamp(unix_seconds, 0.0, latest_second));
  if (::localtime_r(&whole, &broken) != nullptr)
    offset_ = static_cast<double>(broken.tm_gmtoff);
  return offset_;
}

double step_summary::begin_of(double time) {
  const auto offset = zone_.at(time);
  const auto local = std::floor((time + offset) / step_) * step_;
  const auto begin = local - offset;
  // The clocks may have been put forward or back since the step began: a day begins at midnight all the
  // same. An hour that comes twice is two steps.
  constexpr double hour = 3600;
  return step_ > hour ? local - zone_.at(begin) : begin;
}

std::optional<sample_row> step_summary::add(const sample_row& row) {
  const auto time = row[column::timestamp].value_or(begin_);
  const auto begin = begin_of(time);
  auto done = count_ > 0 && begin != begin_ ? finish() : std::nullopt;
  if (count_ == 0) {
    begin_ = begin;
    worst_ = row;
  } else if (row[column::stress_total].value_or(-1) > worst_[column::stress_total].value_or(-1)) {
    worst_ = row;
  }
  ++count_;
  for (std::size_t i = 0; i < row.values.size(); ++i)
    if (row.values[i]) {
      sums_[i] += *row.values[i];
      ++counts_[i];
    }
  for (std::size_t i = 0; i < late_parts; ++i)
    latest_[i] = std::max(latest_[i], row.values[first_late_column + i]);
  return done;
}

std::optional<sample_row> step_summary::finish() {
  if (count_ == 0)
    return std::nullopt;
  auto result = worst_;
  constexpr auto first_of_stress = static_cast<std::size_t>(column::stress_total);
  for (std::size_t i = 0; i < first_of_stress; ++i)
    if (counts_[i] > 0)
      result.values[i] = sums_[i] / static_cast<double>(counts_[i]);
  std::copy(latest_.begin(), latest_.end(), result.values.begin() + first_late_column);
  result[column::timestamp] = begin_;
  result[column::interval] = step_;
  count_ = 0;
  sums_.fill(0);
  counts_.fill(0);
  latest_.fill(std::nullopt);
  return result;
}

void stress_line::add(const sample_row& row) {
  const auto time = row[column::timestamp], stress = row[column::stress_total];
  if (worst_.empty() || !time || !stress || *time < since_ || *time > until_ || until_ <= since_)
    return;
  const auto share = (*time - since_) / (until_ - since_);
  auto& place = worst_[std::min(
    worst_.size() - 1, static_cast<std::size_t>(share * static_cast<double>(worst_.size())))];
  place = std::max(place.value_or(0), *stress);
}

std::string stress_line::drawn(bool unicode) const {
  std::string result;
  for (const auto& x : worst_)
    result += spark(x, most_stress, unicode);
  return result;
}

} // namespace pmactor
