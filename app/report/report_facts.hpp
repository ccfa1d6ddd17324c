// The facts that the report of an event shows, as plain values.
#pragma once

#include "actors/storage_writer/lay_out_row.hpp"
#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/views/render_event.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// What a suspect did at one moment.
struct report_point {
  double at = 0;
  std::optional<double> cpu_pct; ///< Of one core.
  std::optional<double> io;      ///< Bytes per second, read and written.
  std::optional<double> mem_bytes;
};

/// A process that the event suspects, by its place in the event's list.
struct report_suspect {
  std::int64_t pid = 0; ///< 0 if these are several of one name.
  std::optional<double> start_time;
  std::string name, reason;
  std::vector<report_point> curve; ///< Oldest first.
};

/// The beginning of a file of the event's folder.
struct report_file {
  std::string name;
  std::string text;
  std::uint64_t bytes = 0; ///< Of all of it.
};

/// The machine that it was. What is not known is absent or empty; texts are foreign.
struct report_host {
  std::string name;
  std::string system;           ///< "Linux 6.1.0, x86_64"
  std::optional<std::uint32_t> cpus;
  std::optional<double> memory; ///< Bytes.
  std::optional<double> booted; ///< Unix seconds.
};

/// All that the page shows.
struct report_facts {
  event_row event;
  std::optional<event_row> stall;  ///< Of which it is part.
  event_parts parts;               ///< Of a stall: the pauses within it.
  event_likeness likeness;
  std::vector<sample_row> seconds; ///< Around the event, oldest first.
  std::size_t lead_up = 0;         ///< So many of them, the first ones, were kept with the event.
  std::vector<report_suspect> suspects;
  std::string capture; ///< As to_json(capture_report) has it; empty if there is none.
  std::vector<report_file> files;
  report_host host;
  std::string version; ///< Of pmactor.
  double now = 0;      ///< Unix seconds.
  /// Machine, users and what programs were called with are as they were. Not known of a bundle.
  bool names_machine = false;
};

} // namespace pmactor
