#include "app/witness/watch_reclaim.hpp"

#include "actors/host/parse_numbers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// In one look: a quarter of a megabyte. Whatever is less comes and goes on a machine at work.
constexpr std::uint64_t least_pages = 64;
constexpr std::uint64_t page_bytes = 4096; ///< At least.

/// Newer kernels count files and other memory apart; swap-ins are among the refaults of the latter.
constexpr std::array<std::string_view, 4> fetched_again{
  "pswpin", "workingset_refault", "workingset_refault_file", "workingset_refault_anon"};
constexpr std::array<std::string_view, 1> made_room{"pgsteal_direct"};

template <std::size_t Size>
bool is_among(const std::array<std::string_view, Size>& all, std::string_view name) {
  for (const auto x : all)
    if (x == name)
      return true;
  return false;
}

} // namespace

reclaim_counters parse_reclaim(std::string_view vmstat) {
  reclaim_counters result;
  while (!vmstat.empty()) {
    auto line = take_line(vmstat);
    const auto name = take_word(line);
    std::uint64_t count = 0;
    if (!take_number(line, count))
      continue;
    if (is_among(fetched_again, name))
      result.fetched_again += count;
    else if (is_among(made_room, name))
      result.made_room += count;
  }
  return result;
}

bool reclaim_watch::look(const reclaim_counters& x) {
  const auto before = std::exchange(last_, x);
  fetched_ = 0;
  if (!before || x.fetched_again < before->fetched_again || x.made_room < before->made_room)
    return false;
  fetched_ = x.fetched_again - before->fetched_again;
  return fetched_ + x.made_room - before->made_room >= least_pages;
}

std::optional<silence> refault_watch::look(nanoseconds waited, std::uint64_t pages, std::uint64_t read, bool is_pressed,
                                           nanoseconds now) {
  const auto before = std::exchange(last_, waited);
  goes_on_ = (is_pressed || goes_on_) && pages >= least_pages && 2 * pages * page_bytes >= read;
  if (goes_on_ && before && waited > *before)
    counted_ += waited - *before;
  return watch_.look(counted_, now);
}

std::optional<silence> join_silences(const std::optional<silence>& a, const std::optional<silence>& b) {
  if (!a || !b)
    return a ? a : b;
  auto result = a->began <= b->began ? *a : *b;
  result.ended = a->ended && b->ended ? std::max(a->ended, b->ended) : std::nullopt;
  return result;
}

} // namespace pmactor
