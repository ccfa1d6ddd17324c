#include "actors/switch_recorder/compose_disks.hpp"

#include "actors/host/parse_perf_records.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::uint64_t sector_size = 512;
constexpr std::size_t most_disks = 64;

constexpr const char *type = "common_type", *device = "dev", *sector = "sector",
                     *sectors = "nr_sector", *operation = "rwbs", *command = "comm";

std::optional<disk_record> read_record(const perf_record& x, const disk_formats& formats) {
  for (std::size_t i = 0; i < formats.size(); ++i) {
    const auto& format = formats[i];
    if (format.number(type, x.raw, x.raw_size) != format.id)
      continue;
    // Flushes, discards and orders to zones (Z) move nothing.
    const auto what = format.text(operation, x.raw, x.raw_size);
    if (what.find_first_of("RW") == std::string_view::npos
        || what.find('Z') != std::string_view::npos)
      return std::nullopt;
    const auto on = format.number(device, x.raw, x.raw_size),
               at = format.number(sector, x.raw, x.raw_size),
               count = format.number(sectors, x.raw, x.raw_size);
    if (!on || !at || !count || *count == 0)
      return std::nullopt;
    return disk_record{x.at, static_cast<disk_step>(i), x.pid, *on, *at, *count * sector_size};
  }
  return std::nullopt;
}

/// The requests of one disk, followed through their steps.
class disk_queue {
public:
  void insert(const disk_record& x) {
    waiting_.try_emplace(x.sector, x); // one that is inserted again keeps its owner
  }

  /// The driver's worker or another process may have issued it, so that the owner is who inserted
  /// it. Meanwhile it may have been merged with its neighbours, of which nothing else is recorded.
  void issue(const disk_record& x) {
    auto begun = x;
    const auto first = waiting_.lower_bound(x.sector),
               last = waiting_.lower_bound(x.sector + x.bytes / sector_size);
    if (first != last) {
      begun.at = first->second.at;
      begun.pid = first->second.pid;
      waiting_.erase(first, last);
    }
    issued_.try_emplace(x.sector, begun);
  }

  void complete(const disk_record& x, nanoseconds covers_from, std::vector<disk_request>& to) {
    const auto found = issued_.find(x.sector);
    if (found == issued_.end()) {
      to.push_back({covers_from, x.at, -1, x.bytes, true});
      return;
    }
    auto begun = found->second;
    issued_.erase(found);
    to.push_back({begun.at, x.at, begun.pid, std::min(x.bytes, begun.bytes), true});
    if (x.bytes >= begun.bytes)
      return;
    begun.sector += x.bytes / sector_size; // the rest of it is still on its way
    begun.bytes -= x.bytes;
    issued_.try_emplace(begun.sector, begun);
  }

  void finish(nanoseconds taken, std::vector<disk_request>& to) const {
    for (const auto* pending : {&waiting_, &issued_})
      for (const auto& [at, x] : *pending)
        to.push_back({x.at, taken, x.pid, x.bytes, false});
  }

private:
  std::map<std::uint64_t, disk_record> waiting_, issued_; ///< By sector.
};

} // namespace

bool is_usable(const disk_formats& formats) {
  return std::all_of(formats.begin(), formats.end(), [](const tracepoint_format& x) {
    const auto has = [&x](const char* field) { return x.fields.count(field) > 0; };
    return has(type) && has(device) && has(sector) && has(sectors) && has(operation);
  });
}

void read_disk_records(const std::byte* newest_first, std::size_t size, bool has_wrapped,
                       const disk_formats& formats, disk_records& to, recorded_names& names) {
  auto oldest = nanoseconds::max();
  for_each_perf_record(newest_first, size, [&](const perf_record& x) {
    oldest = std::min(oldest, x.at);
    if (x.kind == perf_record_kind::lost)
      to.lost += x.lost;
    if (x.kind != perf_record_kind::sample)
      return true;
    const auto record = read_record(x, formats);
    if (!record)
      return true;
    to.all.push_back(*record);
    if (x.pid == x.tid && record->step != disk_step::completed) {
      const auto& format = formats[static_cast<std::size_t>(record->step)];
      if (const auto name = format.text(command, x.raw, x.raw_size); !name.empty())
        names.names.try_emplace(x.pid, name);
    }
    return true;
  });
  if (has_wrapped && oldest != nanoseconds::max())
    to.covers_from = std::max(to.covers_from, oldest);
}

std::vector<disk_log> compose_disks(disk_records records, const log_request& asked) {
  std::stable_sort(records.all.begin(), records.all.end(),
                   [](const disk_record& a, const disk_record& b) {
                     return std::pair{a.at, a.step} < std::pair{b.at, b.step};
                   });
  std::map<std::uint64_t, std::pair<disk_queue, std::vector<disk_request>>> disks;
  for (const auto& x : records.all) {
    if (x.at < records.covers_from || x.at > asked.taken)
      continue;
    if (disks.count(x.device) == 0 && disks.size() >= most_disks)
      continue;
    auto& [queue, requests] = disks[x.device];
    if (x.step == disk_step::inserted)
      queue.insert(x);
    else if (x.step == disk_step::issued)
      queue.issue(x);
    else
      queue.complete(x, records.covers_from, requests);
  }
  std::vector<disk_log> result;
  for (auto& [number, disk] : disks) {
    auto& [queue, requests] = disk;
    queue.finish(asked.taken, requests);
    std::erase_if(requests, [&asked](const disk_request& x) { return x.ended < asked.since; });
    std::sort(requests.begin(), requests.end(), [](const disk_request& a, const disk_request& b) {
      return std::pair{a.began, a.ended} < std::pair{b.began, b.ended};
    });
    result.push_back({{}, number, records.covers_from, std::move(requests)});
  }
  return result;
}

} // namespace pmactor
