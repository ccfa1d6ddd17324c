// Writes an event as a trace that other tools open (ui.perfetto.dev, chrome://tracing, speedscope): a file of the JSON
// trace event format. The CPUs are threads of one process, with a slice for each task that was on them; the event is a
// slice, and so is each line of its ledger; pressure, stress and the machine's rates are counters. Pure.
#pragma once

#include "actors/storage_writer/lay_out_row.hpp"
#include "actors/storage_writer/read_events_sqlite.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace pmactor {

struct trace_facts {
  event_row event;
  std::vector<event_row> parts;    ///< Of a stall: the pauses within it; of others none.
  std::vector<sample_row> seconds; ///< Around the event, oldest first.
  std::string host, version;
};

/// Times are in microseconds since the begin of what the trace shows; its moment on the wall clock is in `otherData`.
void write_trace(std::ostream& out, const trace_facts& facts);

} // namespace pmactor
