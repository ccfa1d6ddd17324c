// An event in the form in which it goes to other systems, whatever its kind. Texts are cleaned: one line each.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/storage_writer/tally_events.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pmactor {

struct exported_event {
  std::int64_t id = 0;       ///< The short number.
  std::string event_id;      ///< What it was named at its birth; the same whenever it is sent. Empty of old ones.
  std::string kind;
  bool lasts = false;
  double started = 0;        ///< Unix seconds.
  std::optional<double> ended, duration;
  bool is_urgent = false;    ///< Something was wrong with the machine; else it is good to know.
  std::string summary;       ///< A sentence without its full stop: "Paused for 4.03 s: a signal stopped pmactor".
  /// Whatever else is known, under its name: cause, confidence, scope, resource, suspects (`busy`
  /// where none of them is accused), ledger, facts …
  std::vector<std::pair<std::string, std::string>> facts;
  friend bool operator==(const exported_event&, const exported_event&) = default;
};

/// @returns whether its end is not known yet.
bool event_lasts(const event_row& x);

/// @returns what is counted of it, and by what is_settled() judges.
tallied_event facts_of(const event_row& x);

/// Pure. What is in the row is as foreign as the database.
exported_event describe_event(const event_row& x);

} // namespace pmactor
