#include "actors/black_box/compose_record.hpp"

#include <algorithm>

namespace pmactor {
namespace {

/// Of one core's percent, as a rate of 1 MB/s is worth as much.
double weight_of(const process_sample& x) {
  constexpr double bytes_for_a_percent = 1e6, waits = 1000;
  const auto io = (x.io_read.value_or(0) + x.io_write.value_or(0)) / bytes_for_a_percent;
  return std::max(x.cpu_pct.value_or(0), io) + (x.state == 'D' ? waits : 0);
}

} // namespace

box_second box_second_of(const scored_sample& x) {
  const auto& s = x.system;
  box_second result;
  result.awake = s.at.awake;
  result.wall = s.at.wall;
  result.cpu_pct = s.cpu_pct;
  result.load1 = s.load1;
  result.mem_available = s.mem_available;
  result.swap_used = s.swap_used;
  result.io_read = s.io_read;
  result.io_write = s.io_write;
  result.psi_cpu_some = s.psi_cpu_some;
  result.psi_mem_some = s.psi_mem_some;
  result.psi_mem_full = s.psi_mem_full;
  result.psi_io_some = s.psi_io_some;
  result.psi_io_full = s.psi_io_full;
  result.cpu_temp_c = x.cpu_temp_c;
  result.stress = x.stress;
  result.throttled = x.throttled;
  return result;
}

scored_sample sample_of(const box_second& x, const box_record& of) {
  scored_sample result;
  auto& s = result.system;
  s.at.awake = x.awake;
  s.at.wall = x.wall;
  s.at.total = of.at.total - (of.at.awake - x.awake);
  s.interval = std::chrono::seconds{1};
  s.cpu_pct = x.cpu_pct;
  s.load1 = x.load1;
  s.cores = static_cast<std::uint32_t>(of.cores.value_or(0));
  s.mem_available = x.mem_available;
  s.mem_total = of.mem_total;
  s.swap_used = x.swap_used;
  s.io_read = x.io_read;
  s.io_write = x.io_write;
  s.psi_cpu_some = x.psi_cpu_some;
  s.psi_mem_some = x.psi_mem_some;
  s.psi_mem_full = x.psi_mem_full;
  s.psi_io_some = x.psi_io_some;
  s.psi_io_full = x.psi_io_full;
  result.cpu_temp_c = x.cpu_temp_c;
  result.throttled = x.throttled;
  result.stress = x.stress;
  return result;
}

void add_second(std::vector<box_second>& seconds, const box_second& x, std::size_t most) {
  if (seconds.size() >= most) {
    const auto half = static_cast<std::ptrdiff_t>(seconds.size() / 2);
    std::size_t number = 0;
    seconds.erase(std::remove_if(seconds.begin(), seconds.begin() + half,
                                 [&number](const box_second&) { return number++ % 2 == 1; }),
                  seconds.begin() + half);
  }
  seconds.push_back(x);
}

std::vector<process_sample> busiest_of(const std::vector<process_sample>& processes,
                                       std::size_t most) {
  std::vector<process_sample> result(processes);
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& a, const auto& b) { return weight_of(a) > weight_of(b); });
  if (result.size() > most)
    result.resize(most);
  return result;
}

} // namespace pmactor
