#include "actors/black_box/read_ring.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

bool is_blank(std::string_view slot) {
  return slot.find_first_not_of('\0') == slot.npos;
}

} // namespace

std::size_t place_of(std::uint64_t sequence) {
  return static_cast<std::size_t>(sequence % box_slots) * box_slot_bytes;
}

box_ring read_ring(std::string_view bytes) {
  box_ring result;
  std::vector<box_record> all;
  for (std::size_t at = 0; at < bytes.size() && at < box_bytes; at += box_slot_bytes) {
    const auto slot = bytes.substr(at, box_slot_bytes);
    auto found = decode_record(slot);
    // One that is whole but in a place that is not its own was not put there by a ring.
    if (found && place_of(found->sequence) == at)
      all.push_back(std::move(*found));
    else if (!is_blank(slot))
      ++result.torn;
  }
  if (all.empty())
    return result;
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  result.newest = all.back().sequence;
  const auto run = all.back().run;
  for (auto& x : all)
    // What is a turn of the ring older was left over by what was torn since.
    if (x.run == run && x.sequence + box_slots > result.newest)
      result.records.push_back(std::move(x));
  return result;
}

} // namespace pmactor
