#include "app/instance/read_log.hpp"

#include "app/views/escape.hpp"
#include "app/command_line/parse_moment.hpp"

namespace pmactor {
namespace {

/// Takes what stands before the delimiter off the text, and the delimiter.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view delimiter) {
  const auto end = text.find(delimiter);
  if (end == std::string_view::npos || end == 0)
    return std::nullopt;
  const auto result = text.substr(0, end);
  text.remove_prefix(end + delimiter.size());
  return result;
}

} // namespace

std::optional<log_level> parse_log_level(std::string_view name) {
  if (name == "debug")
    return log_level::debug;
  if (name == "info")
    return log_level::info;
  if (name == "warning")
    return log_level::warning;
  if (name == "error")
    return log_level::error;
  return std::nullopt;
}

std::string to_string(log_level x) {
  switch (x) {
    case log_level::debug:
      return "debug";
    case log_level::info:
      return "info";
    case log_level::warning:
      return "warning";
    case log_level::error:
      return "error";
  }
  return "unknown";
}

std::optional<log_record> parse_log_line(std::string_view line) {
  const auto time = take_until(line, " ");
  // A time of the log is always whole, with its zone: nothing of it depends on when it is read.
  if (!time || time->size() < 24 || (*time)[10] != 'T')
    return std::nullopt;
  const auto wall = parse_moment(*time, {});
  const auto word = take_until(line, " ");
  if (!wall || !word)
    return std::nullopt;
  const auto level = parse_log_level(*word);
  const auto component = take_until(line, " ");
  if (!level || !component)
    return std::nullopt;
  const auto event = take_until(line, ": ");
  if (!event || event->find(' ') != std::string_view::npos)
    return std::nullopt;
  return log_record{*time, *wall, *level, *component, *event, line};
}

bool passes(std::string_view line, const log_filter& filter) {
  if (!filter.since && !filter.level && filter.component.empty() && filter.event.empty())
    return true;
  const auto record = parse_log_line(line);
  return record && (!filter.since || record->wall >= *filter.since)
         && (!filter.level || record->level >= *filter.level)
         && (filter.component.empty() || record->component == filter.component)
         && (filter.event.empty() || record->event == filter.event);
}

std::string shown_line(std::string_view line) {
  return escaped_once(line); // the log is escaped as it is written
}

} // namespace pmactor
