// Where log lines go beside the log file: to a terminal, to the journal by way of stderr, or to whatever else stderr
// is, as in a container. Never waits for a reader that does not keep up: then lines are lost, counted, and the loss is
// said.
#pragma once

#include "actors/supervision/log.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace pmactor {

enum class log_echo : std::uint8_t {
  none,
  terminal, ///< For people: the time of the day, with colours.
  journal,  ///< With the priority in front, as sd-daemon(3) has it; the journal knows the time itself.
  plain,    ///< As in the log file.
};

/// @returns the line as it goes to the journal: "<4>storage-writer database-busy: …". Pure.
std::string journal_line(log_level level, std::string_view text);

/// Writes lines to a descriptor, each whole or not at all. For one thread at a time.
class line_writer {
public:
  explicit line_writer(int fd) : fd_(fd) {
  }
  /// @param line without its line feed; 4,000 bytes at most.
  /// @param when_lost what to say before it of how many lines were lost; @returns a whole line.
  template <class F>
  void write(std::string_view line, F when_lost) {
    if (lost_ > 0 && !put(when_lost(lost_))) {
      ++lost_;
      return;
    }
    lost_ = put(line) ? 0 : lost_ + 1;
  }

private:
  bool put(std::string_view line) const;
  int fd_;
  std::uint64_t lost_ = 0;
};

} // namespace pmactor
