#include "actors/host/parse_perf_records.hpp"

#include <algorithm>
#include <cstring>

namespace pmactor {
namespace {

struct header {
  std::uint32_t type;
  std::uint16_t flags;
  std::uint16_t size;
};

enum record_type : std::uint32_t {
  record_lost = 2,
  record_comm = 3,
  record_fork = 7,
  record_sample = 9,
  record_switch = 14,
  record_switch_cpu_wide = 15,
};
/// Of a sample: behind the header, the task, the time and the size of what the tracepoint records.
constexpr std::size_t raw_begin = 28;
/// Of a sample of the clock: the header, the task and the time.
constexpr std::size_t clock_sample_size = 24;
constexpr std::uint16_t flag_switch_out = 1 << 13, flag_preempted = 1 << 14;

template <class T>
T value_at(const std::byte* data, std::size_t offset) {
  T result;
  std::memcpy(&result, data + offset, sizeof result);
  return result;
}

perf_record read_record(const std::byte* data, const header& what) {
  perf_record x;
  const std::size_t size = what.size;
  const auto has = [size](std::size_t fields) {
    return size >= sizeof(header) + fields + sizeof(std::uint64_t);
  };
  if (!has(0))
    return x;
  x.at = std::chrono::nanoseconds{value_at<std::int64_t>(data, size - sizeof(std::uint64_t))};
  const auto kind_of_switch =
    (what.flags & flag_switch_out) != 0 ? perf_record_kind::left : perf_record_kind::came;
  if (what.type == record_switch || (what.type == record_switch_cpu_wide && has(16))) {
    x.kind = kind_of_switch;
    x.was_ready = (what.flags & flag_preempted) != 0;
    if (what.type == record_switch_cpu_wide) {
      x.pid = value_at<std::int32_t>(data, 16);
      x.tid = value_at<std::int32_t>(data, 20);
      if (x.kind == perf_record_kind::left) {
        x.next_pid = value_at<std::int32_t>(data, 8);
        x.next_tid = value_at<std::int32_t>(data, 12);
      }
    }
  } else if (what.type == record_comm && has(16)) {
    x.kind = perf_record_kind::named;
    x.pid = value_at<std::int32_t>(data, 8);
    x.tid = value_at<std::int32_t>(data, 12);
    std::memcpy(x.name.data(), data + 16,
                std::min(x.name.size() - 1, size - 16 - sizeof(std::uint64_t)));
  } else if (what.type == record_fork && has(24)) {
    x.kind = perf_record_kind::forked;
    x.pid = value_at<std::int32_t>(data, 8);
    x.parent = value_at<std::int32_t>(data, 12);
    x.tid = value_at<std::int32_t>(data, 16);
  } else if (what.type == record_sample && size == clock_sample_size) {
    x.kind = perf_record_kind::on_cpu; // its time is the last field, as of the others
    x.pid = value_at<std::int32_t>(data, 8);
    x.tid = value_at<std::int32_t>(data, 12);
  } else if (what.type == record_sample && size >= raw_begin) {
    const std::size_t raw_size = value_at<std::uint32_t>(data, raw_begin - sizeof(std::uint32_t));
    if (raw_size > size - raw_begin)
      return x;
    x.kind = perf_record_kind::sample;
    x.pid = value_at<std::int32_t>(data, 8);
    x.tid = value_at<std::int32_t>(data, 12);
    x.at = std::chrono::nanoseconds{value_at<std::int64_t>(data, 16)};
    x.raw = data + raw_begin;
    x.raw_size = raw_size;
  } else if (what.type == record_lost && has(16)) {
    x.kind = perf_record_kind::lost;
    x.lost = value_at<std::uint64_t>(data, 16);
  }
  return x;
}

} // namespace

std::size_t parse_perf_record(const std::byte* data, std::size_t size, perf_record& x) {
  if (size < sizeof(header))
    return 0;
  const auto what = value_at<header>(data, 0);
  if (what.size < sizeof(header) || what.size > size)
    return 0;
  x = read_record(data, what);
  return what.size;
}

} // namespace pmactor
