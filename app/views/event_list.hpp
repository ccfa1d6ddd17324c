// Events as the lines of a list, for people: when, how long, what, who and why. Pure but for the local time zone.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/views/terminal.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace pmactor {

/// @returns the process that the event is blamed on before all others, by its name; empty if it is blamed on none.
/// Foreign.
std::string main_suspect(const event_row& x);

class event_list {
public:
  /// @param width cut each line to it; nullopt for readers that are no terminal.
  event_list(const text_style& style, std::optional<std::size_t> width) : style_(style), width_(width) {
  }

  /// @returns the event's line, behind the heading if it is the first. The newest come first, so that no number is
  /// longer than the first one.
  std::string add(const event_row& x, const event_parts& parts = {});

private:
  std::string line(const std::string& id, const std::string& started, const std::string& lasted, const std::string& kind,
                   const std::string& who, const std::string& why, paint of_length, paint of_line) const;

  text_style style_;
  std::optional<std::size_t> width_;
  std::size_t id_width_ = 0; ///< 0 before the first line.
};

} // namespace pmactor
