// Decides how a sample becomes a row of `samples`: which columns there are, in which order, in which
// units. Writer and readers of the database share it. Pure.
#pragma once

#include "messages/sample.hpp"
#include "messages/utf8.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

/// The columns of `samples` after `id`. All are numbers or NULL: times in Unix seconds, durations in
/// seconds, rates in bytes per second, memory in bytes, °C, MHz, shares 0–100, stress in points.
enum class sample_column : std::uint8_t {
  timestamp, interval, cpu_pct, load_avg, mem_available, mem_total, swap_used, io_read, io_write,
  net_sent, net_recv, cpu_temp, cpu_freq, throttled, gpu_pct, psi_cpu_some, psi_mem_some, psi_mem_full,
  psi_io_some, psi_io_full, stress_total, stress_load, stress_memory, stress_thermal, stress_latency,
  stress_io, late_beat, late_cpu, late_memory, late_disk, late_mount, late_program, late_desktop,
};
inline constexpr std::size_t sample_column_count = 33;
/// Those from here on are the worst of their time, in the order of late_part, and began with version 7 of the tables.
inline constexpr auto first_late_column = static_cast<std::size_t>(sample_column::late_beat);
static_assert(first_late_column + late_parts == sample_column_count);

/// Their names in the database, in order.
inline constexpr std::array<std::string_view, sample_column_count> sample_column_names = {
  "timestamp", "interval", "cpu_pct", "load_avg", "mem_available", "mem_total", "swap_used", "io_read",
  "io_write", "net_sent", "net_recv", "cpu_temp", "cpu_freq", "throttled", "gpu_pct", "psi_cpu_some",
  "psi_mem_some", "psi_mem_full", "psi_io_some", "psi_io_full", "stress_total", "stress_load",
  "stress_memory", "stress_thermal", "stress_latency", "stress_io", "late_beat", "late_cpu", "late_memory",
  "late_disk", "late_mount", "late_program", "late_desktop",
};

/// A row of `samples`. What is absent, or was not a finite number, is absent.
struct sample_row {
  std::int64_t id = 0; ///< 0 before it is stored.
  std::array<std::optional<double>, sample_column_count> values;

  /// Unix seconds.
  double at() const {
    return (*this)[sample_column::timestamp].value_or(0);
  }
  const std::optional<double>& operator[](sample_column column) const {
    return values[static_cast<std::size_t>(column)];
  }
  std::optional<double>& operator[](sample_column column) {
    return values[static_cast<std::size_t>(column)];
  }
};

sample_row lay_out_row(const scored_sample& x);

/// @returns how much of the memory was available, in percent; nullopt unless both are known.
std::optional<double> memory_available_percent(const sample_row& row);

/// Those that are kept of each second that led to an event, in `event_samples`.
inline constexpr std::array lead_up_columns = {
  sample_column::timestamp,      sample_column::interval,     sample_column::cpu_pct,
  sample_column::load_avg,       sample_column::mem_available, sample_column::swap_used,
  sample_column::io_read,        sample_column::io_write,     sample_column::cpu_temp,
  sample_column::throttled,      sample_column::gpu_pct,      sample_column::psi_cpu_some,
  sample_column::psi_mem_some,   sample_column::psi_mem_full, sample_column::psi_io_some,
  sample_column::psi_io_full,    sample_column::stress_total, sample_column::stress_load,
  sample_column::stress_memory,  sample_column::stress_thermal, sample_column::stress_latency,
  sample_column::stress_io};

/// @param version of the tables. @returns how many of the columns they have: the first ones.
std::size_t sample_columns_of(int version);
/// @returns the names with commas between, for a statement; of a column that tables of this version lack, NULL.
std::string sample_column_list(int version);
std::string lead_up_column_list();

} // namespace pmactor
