// Decides how much stress the machine is under, in points. Pure. A part whose input is absent is absent,
// and counts nothing.
#pragma once

#include "actors/stress_scorer/learn_io_baseline.hpp"
#include "messages/sample.hpp"

#include <cstdint>
#include <optional>

namespace pmactor {

/// `[stress]` in the settings: what costs how many points.
struct stress_policy {
  double load_points = 20;        ///< For each unit of load per core above one,
  double load_most = 40;          ///< up to this.
  double memory_scarce = 20;      ///< Percent available below which memory is scarce;
  double memory_points = 1.5;     ///< for each percent less,
  double memory_most = 30;        ///< up to this.
  double thermal_points = 20;     ///< For being throttled.
  double latency_late = 1.5;      ///< Actual per expected interval above which a beat is late;
  double latency_points = 20;     ///< for each unit of the ratio above one,
  double latency_most = 30;       ///< up to this.
  double io_points = 20;          ///< For heavy disk traffic or a spike of it that is waited for.
  double io_heavy = 100e6;        ///< Bytes per second above which traffic is heavy, however usual.
  double io_waits = 10;           ///< Percent of the time in which tasks waited for disks,
  double io_late = 0.1;           ///< or seconds that a request was late, from which on traffic is a burden.
  baseline_policy baseline;
  friend bool operator==(const stress_policy&, const stress_policy&) = default;
};

std::optional<double> score_load(std::optional<double> load1, std::uint32_t cores,
                                 const stress_policy& policy);

/// @param available, total in the same unit.
std::optional<double> score_memory(std::optional<double> available, std::optional<double> total,
                                   const stress_policy& policy);

std::optional<double> score_thermal(std::optional<bool> throttled, const stress_policy& policy);

/// @param ratio actual per expected interval of the worst beat since the last score.
std::optional<double> score_latency(std::optional<double> ratio, const stress_policy& policy);

/// How disks are waited for. What is not counted is absent.
struct disk_waits {
  std::optional<double> pressure; ///< Share of the time in which some task waited for I/O, 0–100.
  std::optional<double> late;     ///< Seconds by which the latest request was late.
};

/// Disks that move much and hold nothing up are busy, not under stress: traffic earns points only if it is waited
/// for. Where that is not counted, the traffic alone has to tell.
/// @param rate bytes per second, read and written together.
/// @param baseline as it was before this rate.
std::optional<double> score_io(std::optional<double> rate, const disk_waits& waits,
                               const io_baseline& baseline, const stress_policy& policy);

/// What the score is made from.
struct stress_inputs {
  std::optional<double> load1, mem_available, mem_total, latency_ratio, io_rate;
  disk_waits waits;
  std::optional<bool> throttled;
  std::uint32_t cores = 0;
};

stress_score score_stress(const stress_inputs& inputs, const io_baseline& baseline,
                          const stress_policy& policy);

} // namespace pmactor
