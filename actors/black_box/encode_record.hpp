// Decides how a record of the black box lies in its slot of the ring, and whether what lies there
// is one. A slot has a fixed size and a checksum over all that it says, so a record that was torn
// by a crash is recognised; fields have tags and lengths, so other versions of the program read
// what they know. Pure.
#pragma once

#include "actors/black_box/box_record.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

inline constexpr std::size_t box_slot_bytes = 4096;
/// More seconds are not kept in one record.
inline constexpr std::size_t most_box_seconds = 24;

/// @returns exactly one slot. What does not fit is left out, the least informative first: kernel
/// lines, the oldest seconds, processes, then older debts.
std::string encode_record(const box_record& x);

/// @param slot any bytes, as short as they may be.
/// @returns the record; nothing if it is torn, empty, or none of ours.
std::optional<box_record> decode_record(std::string_view slot);

/// Finds records in bytes of which it is not known where they begin: a copy that the firmware or
/// the kernel kept.
/// @returns the newest of this run.
std::optional<box_record> find_record(std::string_view bytes, const box_run& run);

} // namespace pmactor
