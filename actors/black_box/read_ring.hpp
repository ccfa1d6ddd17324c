// Decides what a ring of records holds: the records of each run, those that were torn, and where
// the next one goes. Of a crash at any byte of a write at most the record that was being written is
// lost. Pure.
#pragma once

#include "actors/black_box/encode_record.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace pmactor {

/// Slots of a ring: more than two minutes of records at one a second.
inline constexpr std::size_t box_slots = 256;
inline constexpr std::size_t box_bytes = box_slots * box_slot_bytes;

struct box_ring {
  std::vector<box_record> records; ///< Of the run that wrote last, the oldest first.
  std::uint64_t newest = 0;        ///< The highest sequence of all runs; 0 if the ring is empty.
  std::size_t torn = 0;            ///< Slots that hold something that is no record.
};

/// @param bytes of the file, of any length.
box_ring read_ring(std::string_view bytes);

/// @returns where a record belongs, from the file's begin.
std::size_t place_of(std::uint64_t sequence);

} // namespace pmactor
