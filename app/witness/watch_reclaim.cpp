#include "app/witness/watch_reclaim.hpp"

#include "actors/host/parse_numbers.hpp"

#include <array>
#include <utility>

namespace pmactor {
namespace {

/// In one look: a quarter of a megabyte. Whatever is less comes and goes on a machine at work.
constexpr std::uint64_t least_pages = 64;

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
  if (!before || x.fetched_again < before->fetched_again || x.made_room < before->made_room)
    return false;
  return x.fetched_again - before->fetched_again + x.made_room - before->made_room >= least_pages;
}

} // namespace pmactor
