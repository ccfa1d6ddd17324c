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
  stress_io,
};
inline constexpr std::size_t sample_column_count = 26;

/// Their names in the database, in order.
inline constexpr std::array<std::string_view, sample_column_count> sample_column_names = {
  "timestamp", "interval", "cpu_pct", "load_avg", "mem_available", "mem_total", "swap_used", "io_read",
  "io_write", "net_sent", "net_recv", "cpu_temp", "cpu_freq", "throttled", "gpu_pct", "psi_cpu_some",
  "psi_mem_some", "psi_mem_full", "psi_io_some", "psi_io_full", "stress_total", "stress_load",
  "stress_memory", "stress_thermal", "stress_latency", "stress_io",
};

/// A row of `samples`. What is absent, or was not a finite number, is absent.
struct sample_row {
  std::int64_t id = 0; ///< 0 before it is stored.
  std::array<std::optional<double>, sample_column_count> values;

  const std::optional<double>& operator[](sample_column column) const {
    return values[static_cast<std::size_t>(column)];
  }
  std::optional<double>& operator[](sample_column column) {
    return values[static_cast<std::size_t>(column)];
  }
};

sample_row lay_out_row(const scored_sample& x);

/// @returns the names with commas between, for a statement.
std::string sample_column_list();

} // namespace pmactor
