#include "app/web/list_charts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pmactor::web {
namespace {

enum value : std::size_t {
  stress,
  cpu,
  cpu_some,
  memory,
  memory_some,
  memory_full,
  read,
  written,
  io_some,
  io_full,
  received,
  sent,
  temperature,
  beat_late, ///< And those of the witnesses, in the order of late_part.
};

constexpr std::size_t late(late_part x) {
  return beat_late + static_cast<std::size_t>(x);
}
static_assert(late(late_part::desktop) + 1 == chart_values);

} // namespace

const std::vector<chart>& all_charts() {
  static const std::vector<chart> all{
    {"stress", "Stress", chart_unit::points, 100, {{"stress", "--pause", stress}}},
    {"cpu",
     "Processors",
     chart_unit::percent,
     100,
     {{"busy", "--orange", cpu}, {"tasks waited", "--amber", cpu_some}}},
    {"late",
     "Late, or slow to answer",
     chart_unit::seconds,
     {},
     {{"beat", "--pause", late(late_part::beat)},
      {"processors", "--orange", late(late_part::cpu)},
      {"memory", "--plum", late(late_part::memory)},
      {"disks", "--teal", late(late_part::disk)},
      {"mounts", "--green", late(late_part::mount)},
      {"start of a program", "--amber", late(late_part::program)},
      {"desktop", "--violet", late(late_part::desktop)}}},
    {"memory",
     "Memory",
     chart_unit::percent,
     100,
     {{"used", "--plum", memory},
      {"some tasks waited", "--sky", memory_some},
      {"all waited", "--red", memory_full}}},
    {"disk",
     "Disks",
     chart_unit::bytes_per_second,
     {},
     {{"read", "--sky", read}, {"written", "--teal", written}}},
    {"pressure",
     "Waiting for disks",
     chart_unit::percent,
     100,
     {{"some tasks waited", "--teal", io_some}, {"all waited", "--red", io_full}}},
    {"network",
     "Network",
     chart_unit::bytes_per_second,
     {},
     {{"received", "--green", received}, {"sent", "--violet", sent}}},
    {"heat", "Temperature", chart_unit::celsius, {}, {{"processor", "--red", temperature}}},
  };
  return all;
}

const std::vector<sample_column>& chart_columns() {
  using column = sample_column;
  static const std::vector<sample_column> all{
    column::stress_total, column::cpu_pct,      column::psi_cpu_some, column::mem_available,
    column::mem_total,    column::psi_mem_some, column::psi_mem_full, column::io_read,
    column::io_write,     column::psi_io_some,  column::psi_io_full,  column::net_recv,
    column::net_sent,     column::cpu_temp,     column::late_beat,    column::late_cpu,
    column::late_memory,  column::late_disk,    column::late_mount,   column::late_program,
    column::late_desktop};
  return all;
}

void compute_values(std::span<const double> columns, std::span<double> values) {
  constexpr std::size_t available = 3, total = 4;
  std::copy(columns.begin(), columns.begin() + available, values.begin());
  values[memory] = columns[total] > 0
                     ? std::clamp(100 - columns[available] / columns[total] * 100, 0.0, 100.0)
                     : std::numeric_limits<double>::quiet_NaN();
  std::copy(columns.begin() + total + 1, columns.end(), values.begin() + memory + 1);
}

std::string_view to_string(chart_unit x) {
  switch (x) {
    case chart_unit::points:
      return "points";
    case chart_unit::percent:
      return "percent";
    case chart_unit::bytes_per_second:
      return "bytes";
    case chart_unit::celsius:
      return "celsius";
    case chart_unit::seconds:
      return "seconds";
  }
  return "points";
}

} // namespace pmactor::web
