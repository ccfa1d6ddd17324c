#include "actors/switch_recorder/compose_log.hpp"

#include "actors/host/parse_perf_records.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// A hostile number of short-lived processes takes no more memory than this.
constexpr std::size_t most_names = 8192;

void note_name(const perf_record& x, recorded_names& names) {
  // The newest comes first and stays. A thread that names itself names no process.
  if (x.kind == perf_record_kind::named && x.pid == x.tid && names.names.size() < most_names)
    names.names.try_emplace(x.pid, x.name.data());
  if (x.kind == perf_record_kind::forked && x.pid != x.parent && names.parents.size() < most_names)
    names.parents.try_emplace(x.pid, x.parent);
}

} // namespace

cpu_log compose_log(std::uint32_t cpu, const std::byte* newest_first, std::size_t size,
                    const log_request& asked, recorded_names& names, std::uint64_t& lost) {
  cpu_log result;
  result.number = cpu;
  result.covers_from = asked.taken;
  // Backwards in time: each record that a task left ends one stretch and begins the one after it, of which the end is
  // known already.
  auto ended = asked.taken;
  result.oldest = asked.taken;
  bool left_ready = true; // who is on the CPU now goes on
  bool is_known = true;
  nanoseconds came{}; // none yet
  for_each_perf_record(newest_first, size, [&](const perf_record& x) {
    result.oldest = std::min(result.oldest, x.at);
    switch (x.kind) {
      case perf_record_kind::came:
        came = x.at;
        break;
      case perf_record_kind::left: {
        // Of what came after the clock was read only this is known: until then it went on.
        const auto at = std::min(x.at, asked.taken);
        if (ended >= asked.since) {
          if (ended > at && !is_known)
            result.holes.push_back({at, ended});
          else if (ended > at && x.pid != 0)
            result.stretches.push_back(
              {std::clamp(came, at, ended), ended, x.pid, x.tid, left_ready});
          result.covers_from = std::min(result.covers_from, at);
        }
        is_known = true;
        ended = at;
        left_ready = x.was_ready || x.at > asked.taken;
        came = {};
        break;
      }
      case perf_record_kind::lost:
        // What was on the CPU around it is not known: the stretch into which it falls is left out.
        if (x.at >= asked.since)
          lost += x.lost;
        is_known = false;
        break;
      default:
        note_name(x, names);
        break;
    }
    return true;
  });
  std::reverse(result.stretches.begin(), result.stretches.end());
  std::reverse(result.holes.begin(), result.holes.end());
  return result;
}

} // namespace pmactor
