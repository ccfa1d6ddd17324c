// Writes events to a stream one after the other, in the form that was asked for.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/views/event_list.hpp"
#include "app/views/terminal.hpp"

#include <cstddef>
#include <cstdint>
#include <ostream>

namespace pmactor {

enum class event_form : std::uint8_t {
  list,       ///< For people.
  array,      ///< One array of JSON.
  json_lines, ///< An object of JSON in each line.
  csv,
};

class event_writer {
public:
  /// @param out, reader outlive it.
  event_writer(std::ostream& out, event_form form, event_reader& reader, const text_style& style);

  /// @returns false when the output takes no more.
  bool add(const event_row& x);
  void end();
  std::size_t count() const {
    return count_;
  }

private:
  std::ostream& out_;
  event_form form_;
  event_reader& reader_;
  event_list lines_;
  std::size_t count_ = 0;
};

} // namespace pmactor
