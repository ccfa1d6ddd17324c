#include "actors/forensics_supervisor/describe_counters.hpp"

#include "actors/forensics_supervisor/evidence_text.hpp"
#include "actors/host/parse_diskstats.hpp"
#include "actors/host/parse_memory.hpp"
#include "actors/host/parse_numbers.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <map>

namespace pmactor {

using namespace evidence;

namespace {

using counters = std::map<std::string, std::uint64_t, std::less<>>;

counters memory_counters(std::string_view text) {
  counters result;
  each_memory_counter(text, [&result](std::string_view name, std::uint64_t value) {
    if (result.size() < 512)
      result.emplace(harmless(cut(name, longest_name)), value);
  });
  return result;
}

/// @returns what of *text* each disk has done, by its name.
std::map<std::string, disk_stat> disk_counters(std::string_view text) {
  std::map<std::string, disk_stat> result;
  while (!text.empty() && result.size() < 256) {
    const auto x = parse_disk_stat(take_line(text));
    // Never used: a loop device or a ram disk of which there are many.
    if (x && x->reads + x->writes > 0)
      result.emplace(harmless(cut(x->name, longest_name)), *x);
  }
  return result;
}

template <class T>
T grown(T before, T after) {
  return after > before ? after - before : T{};
}

} // namespace

const counter_snapshot* snapshot_before(const std::vector<counter_snapshot>& kept,
                                        const clock_sample& gap_begins) {
  const counter_snapshot* result = nullptr;
  for (const auto& x : kept)
    if (x.at.awake <= gap_begins.awake && (!result || x.at.awake > result->at.awake))
      result = &x;
  return result;
}

std::string counters_json(const counter_snapshot& before, const counter_snapshot& after) {
  std::string result = "{\"before\":" + printed("%.6f", to_seconds(before.at.wall)) + ",\"after\":"
                       + printed("%.6f", to_seconds(after.at.wall)) + ",\"elapsed\":"
                       + number(to_seconds(after.at.awake - before.at.awake)) + ",\"memory\":{";
  const auto then = memory_counters(before.memory);
  const auto now = memory_counters(after.memory);
  for (const auto& [name, value] : now) {
    const auto old = then.find(name);
    if (old == then.end() || old->second == value)
      continue;
    result += (result.back() == '{' ? "\n" : ",\n") + json_quoted(name) + ":{\"before\":"
              + std::to_string(old->second) + ",\"after\":" + std::to_string(value) + '}';
  }
  result += "\n},\"disks\":{";
  const auto disks_then = disk_counters(before.disks);
  for (const auto& [name, x] : disk_counters(after.disks)) {
    const auto old = disks_then.find(name);
    if (old == disks_then.end())
      continue;
    const auto& y = old->second;
    result += (result.back() == '{' ? "\n" : ",\n") + json_quoted(name)
              + ":{\"reads\":" + std::to_string(grown(y.reads, x.reads))
              + ",\"read_bytes\":" + std::to_string(grown(y.read_sectors, x.read_sectors) * 512)
              + ",\"writes\":" + std::to_string(grown(y.writes, x.writes)) + ",\"written_bytes\":"
              + std::to_string(grown(y.written_sectors, x.written_sectors) * 512)
              + ",\"busy\":" + number(to_seconds(grown(y.busy, x.busy)))
              + ",\"queued\":" + number(to_seconds(grown(y.queued, x.queued)))
              + ",\"in_flight\":" + std::to_string(x.in_flight) + '}';
  }
  return result + "\n}}\n";
}

std::vector<finding> find_in_counters(const counter_snapshot& before,
                                      const counter_snapshot& after) {
  std::vector<finding> result;
  const auto elapsed = to_seconds(after.at.awake - before.at.awake);
  if (elapsed <= 0)
    return result;
  const auto then = memory_counters(before.memory);
  const auto now = memory_counters(after.memory);
  const auto more = [&](std::string_view name) -> std::uint64_t {
    const auto a = then.find(name);
    const auto b = now.find(name);
    return a != then.end() && b != now.end() ? grown(a->second, b->second) : 0;
  };
  const auto across = " across the event.";
  if (const auto n = more("oom_kill"); n > 0)
    result.push_back({95, "The kernel killed " + std::to_string(n)
                            + (n == 1 ? " process" : " processes") + " for want of memory"
                            + across});
  std::uint64_t stalls = 0;
  for (const auto* zone : {"allocstall_normal", "allocstall_movable", "allocstall_dma32"})
    stalls += more(zone);
  if (stalls > 0)
    result.push_back({72, "Processes had to free memory themselves " + std::to_string(stalls)
                            + " times" + across});
  if (const auto n = more("pswpin") + more("pswpout"); static_cast<double>(n) / elapsed >= 100)
    result.push_back({68, std::to_string(n) + " pages were swapped" + across});
  if (const auto n = more("pgmajfault"); static_cast<double>(n) / elapsed >= 200)
    result.push_back({58, std::to_string(n) + " page faults had to wait for a disk" + across});
  const auto disks_then = disk_counters(before.disks);
  for (const auto& [name, x] : disk_counters(after.disks)) {
    const auto old = disks_then.find(name);
    if (old == disks_then.end())
      continue;
    const auto busy = to_seconds(grown(old->second.busy, x.busy)) / elapsed;
    if (busy >= 0.5)
      result.push_back({62, "The disk " + name + " was busy in "
                              + printed("%.0f %%", std::min(busy, 1.0) * 100) + " of "
                              + spelled(after.at.awake - before.at.awake) + across});
  }
  sort_and_cut(result, 4);
  return result;
}

} // namespace pmactor
