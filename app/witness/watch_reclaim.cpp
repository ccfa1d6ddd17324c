#include "app/witness/watch_reclaim.hpp"

#include "actors/host/parse_memory.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// In one look: a quarter of a megabyte at least. Whatever is less comes and goes on a machine at work.
constexpr std::uint64_t least_pages = 64;

struct counter {
  std::string_view name;
  std::uint64_t reclaim_counters::*to;
};
/// Newer kernels count files and other memory apart; older ones count files alone.
constexpr std::array<counter, 6> counters{{
  {"workingset_refault", &reclaim_counters::files_again},
  {"workingset_refault_file", &reclaim_counters::files_again},
  {"workingset_refault_anon", &reclaim_counters::others_again},
  {"pswpin", &reclaim_counters::swapped_in},
  {"pswpout", &reclaim_counters::swapped_out},
  {"pgsteal_direct", &reclaim_counters::made_room},
}};

} // namespace

reclaim_counters parse_reclaim(std::string_view vmstat) {
  reclaim_counters result;
  each_memory_counter(vmstat, [&result](std::string_view name, std::uint64_t count) {
    for (const auto& x : counters)
      if (x.name == name)
        result.*x.to += count;
  });
  return result;
}

disk_bytes add_grown(const disk_bytes& all, const disk_bytes& before, const disk_bytes& after) {
  const auto grown = [](std::uint64_t x, std::uint64_t y) { return y > x ? y - x : 0; };
  return {all.read + grown(before.read, after.read), all.written + grown(before.written, after.written)};
}

bool reclaim_watch::look(const reclaim_counters& x) {
  const auto before = std::exchange(last_, x);
  moved_ = {};
  if (!before
      || std::any_of(counters.begin(), counters.end(), [&](const counter& y) { return x.*y.to < (*before).*y.to; }))
    return false;
  const auto grown = [&](std::uint64_t reclaim_counters::*of) { return x.*of - (*before).*of; };
  const auto files = grown(&reclaim_counters::files_again), swapped = grown(&reclaim_counters::swapped_in);
  moved_ = {files + swapped, grown(&reclaim_counters::swapped_out)};
  return files + std::max(swapped, grown(&reclaim_counters::others_again)) + grown(&reclaim_counters::made_room)
         >= least_pages;
}

bool refault_watch::is_most(const paged& pages, const disk_bytes& disks) const {
  // Pages that are kept compressed in memory, or come from another machine, are moved by no disk: no more can be
  // memory's than the disks did at all.
  const auto again = std::min(pages.in * page_bytes_, disks.read);
  const auto made_room = std::min(pages.out * page_bytes_, disks.written);
  return again >= least_pages * page_bytes_ && 2 * (again + made_room) >= disks.read + disks.written;
}

std::optional<silence> refault_watch::look(nanoseconds waited, const paged& pages,
                                           const std::optional<disk_bytes>& disks, bool is_pressed, nanoseconds now) {
  const auto before = std::exchange(last_, waited);
  goes_on_ = (is_pressed || goes_on_) && disks && is_most(pages, *disks);
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
