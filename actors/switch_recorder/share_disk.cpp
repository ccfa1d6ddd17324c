#include "actors/switch_recorder/share_disk.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// A reader or a page fault reads ahead by so much at once.
constexpr std::uint64_t small_request = 128U << 10;

struct queued {
  std::uint64_t requests = 0, bytes = 0;
  bool makes_others_wait() const {
    return requests > 1 || bytes > small_request;
  }
};

struct edge {
  nanoseconds at{};
  const disk_request* request = nullptr;
  bool is_end = false;
};

/// @returns the stretches in which the disk completed nothing for too long.
std::vector<record_hole> standstills(const disk_log& disk, nanoseconds since, nanoseconds until) {
  std::vector<nanoseconds> completed{std::max(disk.covers_from, since - disk_stands_still), until};
  for (const auto& x : disk.requests)
    if (x.is_over && x.ended > completed[0] && x.ended < until)
      completed.push_back(x.ended);
  std::sort(completed.begin(), completed.end());
  std::vector<record_hole> result;
  for (std::size_t i = 1; i < completed.size(); ++i)
    if (completed[i] - completed[i - 1] >= disk_stands_still)
      result.push_back({completed[i - 1], completed[i]});
  return result;
}

} // namespace

disk_shares share_disk(const disk_log& disk, nanoseconds since, nanoseconds until) {
  disk_shares result;
  since = std::max(since, disk.covers_from);
  std::vector<edge> edges;
  const auto stood_still = standstills(disk, since, until);
  for (const auto& x : disk.requests) {
    const auto began = std::max(x.began, since), ended = std::min(x.ended, until);
    if (began >= ended)
      continue;
    edges.push_back({began, &x, false});
    edges.push_back({ended, &x, true});
    if (x.is_over && x.ended <= until)
      result.by_process[x.pid].bytes += static_cast<double>(x.bytes);
  }
  // A slice is cut where a standstill begins and ends.
  for (const auto& x : stood_still)
    for (const auto at : {x.began, x.ended})
      if (at > since && at < until)
        edges.push_back({at, nullptr, false});
  std::sort(edges.begin(), edges.end(), [](const edge& a, const edge& b) { return a.at < b.at; });
  std::map<std::int32_t, queued> queue;
  std::uint64_t all = 0;
  auto standstill = stood_still.begin();
  auto last = since;
  for (const auto& x : edges) {
    const auto length = x.at - last;
    while (standstill != stood_still.end() && standstill->ended <= last)
      ++standstill;
    const bool stands = standstill != stood_still.end() && standstill->began <= last;
    if (length > nanoseconds{} && all > 0) {
      if (stands)
        result.stood_still += length;
      else
        for (const auto& [pid, own] : queue)
          if (pid < 0 || own.makes_others_wait())
            result.by_process[pid].held += nanoseconds{
              std::llround(static_cast<double>(length.count()) * static_cast<double>(own.bytes)
                           / static_cast<double>(all))};
    }
    last = x.at;
    if (x.request == nullptr)
      continue;
    auto& own = queue[x.request->pid];
    if (x.is_end) {
      --own.requests;
      own.bytes -= x.request->bytes;
      all -= x.request->bytes;
      if (own.requests == 0)
        queue.erase(x.request->pid);
    } else {
      ++own.requests;
      own.bytes += x.request->bytes;
      all += x.request->bytes;
    }
  }
  return result;
}

} // namespace pmactor
