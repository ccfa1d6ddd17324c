// Decides how a stretch of days looks as a page: how much of it was lived, what happened on each
// day, what repeats, and what was worst. Pure but for the local time zone.
#pragma once

#include "actors/storage_writer/lay_out_row.hpp"
#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/explain/explain_span.hpp"
#include "app/patterns/find_patterns.hpp"

#include <string>
#include <vector>

namespace pmactor {

struct period_facts {
  std::vector<event_row>
    events;          ///< Of the time, without the pauses that are part of a stall; in any order.
  span_answer lived; ///< Of all of it.
  found_patterns patterns;
  std::string version; ///< Of pmactor.
  double now = 0;      ///< Unix seconds.
  bool names_machine = false; ///< Machine, users and programs are as they were.
  std::vector<sample_row> stress{}; ///< One for each step in which there are samples: when, and the stress with its parts.
  double stress_step = 0;           ///< Seconds.
  double stress_from = 0;           ///< Unix seconds, up to the end of the time.
  std::string host{};         ///< The name of this machine; empty if it is to be hidden or not known.
};

/// @returns the page, whole: it asks for nothing else and runs no script.
std::string render_period(const period_facts& facts);

} // namespace pmactor
