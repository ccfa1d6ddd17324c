// Decides from the kernel's own description of a tracepoint (`events/SYSTEM/NAME/format` in
// tracefs) where the fields of its records lie: they differ from kernel to kernel. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

struct tracepoint_field {
  std::size_t offset = 0, size = 0; ///< In bytes, of the raw record.
  friend bool operator==(const tracepoint_field&, const tracepoint_field&) = default;
};

struct tracepoint_format {
  std::uint64_t id = 0; ///< What perf_event_open(2) takes.
  std::map<std::string, tracepoint_field>
    fields; ///< By name, without the size of an array: "rwbs".

  /// @returns an unsigned number of a record. Nothing if there is no such field, it is no number of
  /// 1, 2, 4 or 8 bytes, or the record ends before it does.
  std::optional<std::uint64_t> number(const char* field, const std::byte* record,
                                      std::size_t size) const;
  /// @returns the bytes of a fixed array up to the first zero; empty if there is no such field.
  std::string_view text(const char* field, const std::byte* record, std::size_t size) const;
};

/// @returns nothing if it has no id. A line that is not understood is left out.
std::optional<tracepoint_format> parse_tracepoint(std::string_view text);

} // namespace pmactor
