// Decides which metrics there are and what they say, from the history and the health page; the daemon's help is not
// needed. By the conventions of Prometheus: base units, totals that only grow, few series: labels are words of
// ours, never a process or a file. What is not known is absent. Pure.
#pragma once

#include "actors/host/host_identity.hpp"
#include "actors/storage_writer/lay_out_row.hpp"
#include "actors/storage_writer/tally_events.hpp"
#include "app/export/write_prometheus_text.hpp"
#include "app/views/render_health.hpp"

#include <optional>
#include <string>

namespace pmactor {

struct metrics_input {
  std::string version;
  host_identity host;
  metric_labels labels; ///< `[host] labels`
  health_view health;
  std::optional<event_tally> events;     ///< Absent if the history cannot be read.
  std::optional<sample_row> newest;      ///< The newest sample that is stored.
};

/// @returns the whole document.
std::string compose_metrics(const metrics_input& x, exposition_format format);

} // namespace pmactor
