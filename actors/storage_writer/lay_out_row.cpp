#include "actors/storage_writer/lay_out_row.hpp"

#include <cmath>

namespace pmactor {

sample_row lay_out_row(const scored_sample& x) {
  using column = sample_column;
  const auto& system = x.system;
  sample_row row;
  row[column::timestamp] = to_seconds(system.at.wall);
  row[column::interval] = to_seconds(system.interval);
  row[column::cpu_pct] = system.cpu_pct;
  row[column::load_avg] = system.load1;
  row[column::mem_available] = system.mem_available;
  row[column::mem_total] = system.mem_total;
  row[column::swap_used] = system.swap_used;
  row[column::io_read] = system.io_read;
  row[column::io_write] = system.io_write;
  row[column::net_sent] = system.net_sent;
  row[column::net_recv] = system.net_recv;
  row[column::cpu_temp] = x.cpu_temp_c;
  row[column::cpu_freq] = x.cpu_freq_mhz;
  if (x.throttled)
    row[column::throttled] = *x.throttled ? 1.0 : 0.0;
  row[column::gpu_pct] = x.gpu_pct;
  row[column::psi_cpu_some] = system.psi_cpu_some;
  row[column::psi_mem_some] = system.psi_mem_some;
  row[column::psi_mem_full] = system.psi_mem_full;
  row[column::psi_io_some] = system.psi_io_some;
  row[column::psi_io_full] = system.psi_io_full;
  row[column::stress_total] = x.stress.total();
  row[column::stress_load] = x.stress.load;
  row[column::stress_memory] = x.stress.memory;
  row[column::stress_thermal] = x.stress.thermal;
  row[column::stress_latency] = x.stress.latency;
  row[column::stress_io] = x.stress.io;
  for (std::size_t i = 0; i < late_parts; ++i)
    if (const auto late = x.late[static_cast<late_part>(i)])
      row.values[first_late_column + i] = std::round(*late * 1e6) / 1e6; // no clock here says more
  for (auto& value : row.values)
    if (value && !std::isfinite(*value))
      value.reset();
  return row;
}

std::optional<double> memory_available_percent(const sample_row& row) {
  const auto available = row[sample_column::mem_available], total = row[sample_column::mem_total];
  if (!available || !total || *total <= 0)
    return std::nullopt;
  return *available / *total * 100;
}

std::size_t sample_columns_of(int version) {
  return version < 7 ? first_late_column : sample_column_count;
}

std::string sample_column_list(int version) {
  std::string result;
  for (std::size_t i = 0; i < sample_column_count; ++i)
    result.append(result.empty() ? "" : ", ")
      .append(i < sample_columns_of(version) ? sample_column_names[i] : "NULL");
  return result;
}

std::string lead_up_column_list() {
  std::string result;
  for (const auto x : lead_up_columns)
    result.append(result.empty() ? "" : ", ").append(sample_column_names[static_cast<std::size_t>(x)]);
  return result;
}

} // namespace pmactor
