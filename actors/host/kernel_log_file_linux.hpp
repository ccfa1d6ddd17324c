// Reads /dev/kmsg, a record at a time. It is memory of the kernel's, and never waits.
#pragma once

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/parse_kernel_record.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace pmactor {

class kernel_log_file {
public:
  /// Begins with the oldest record that is there. Where it cannot be opened it is not open, and
  /// errno says why.
  explicit kernel_log_file(const std::string& path = "/dev/kmsg");
  /// @param log of which each read() is one record of that form, and never waits.
  explicit kernel_log_file(owned_descriptor log) : log_{std::move(log)} {
  }

  bool is_open() const {
    return log_.get() >= 0;
  }
  /// @returns whether the next record that is read will be one that is not there yet.
  bool skip_to_end() const;

  struct reading {
    bool is_at_end = false;   ///< Nothing more is there; else it was ended before.
    bool was_overrun = false; ///< Records were overwritten before they were read.
  };
  /// Calls *take* with each line, until it returns false or *most* records were read. Allocates
  /// nothing but the line.
  template <class F>
  reading read(std::size_t most, F take) const {
    reading result;
    record_room room; // NOLINT: what is read is filled
    for (std::size_t i = 0; i < most && !result.is_at_end; ++i)
      if (auto line = take_record(room, result); line && !take(std::move(*line)))
        return result;
    return result;
  }

private:
  using record_room =
    std::array<char, 8192>; ///< As the kernel has it: a read with less room fails.

  /// @returns nothing at the end, and for what is no record.
  std::optional<kernel_line> take_record(record_room& room, reading& so_far) const;

  owned_descriptor log_;
};

} // namespace pmactor
