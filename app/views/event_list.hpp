// Events as the lines of a list, for people: when, how long, what, who and why. Pure but for the local time zone.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/views/terminal.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace pmactor {

class event_list {
public:
  /// @param width cut each line to it; nullopt for readers that are no terminal.
  /// @param id_width of the first column; 0 to have it as wide as the first number: the newest comes first, so none is
  /// longer.
  event_list(const text_style& style, std::optional<std::size_t> width, std::size_t id_width = 0)
    : style_(style), width_(width), layout_(layout_of(width)), id_width_(id_width) {
  }

  /// @returns the event's line, behind the heading if it is the first.
  std::string add(const event_row& x, const event_parts& parts = {});
  /// @returns the heading, with its line feed.
  std::string heading() const;
  /// @returns the event's line, with its line feed.
  std::string row(const event_row& x, const event_parts& parts = {}) const;

private:
  struct layout {
    const char* moment;       ///< How strftime() is to write it.
    std::size_t started, who; ///< Columns; 0 where there is none.
  };
  static layout layout_of(std::optional<std::size_t> width);
  std::string line(const std::string& id, const std::string& started, const std::string& lasted, const std::string& kind,
                   const std::string& who, const std::string& why, paint of_length, paint of_line) const;

  text_style style_;
  std::optional<std::size_t> width_;
  layout layout_;
  std::size_t id_width_;
  bool has_heading_ = false;
};

} // namespace pmactor
