// Decides how an event is shown to a person, in as many columns as there are. Pure. What comes out of the database is
// foreign: control characters are escaped, JSON that is none is left out.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// What an event has in common with others that are kept.
struct event_likeness {
  std::string fingerprint; ///< Empty of what is not compared.
  std::string words;       ///< "like 12 others, …"; empty if there is none.
  std::size_t others = 0;  ///< That are like it.
};

/// What an event has to do with others.
struct event_ties {
  std::optional<event_row> stall; ///< Of a pause: the one of which it is part.
  event_parts parts;              ///< Of a stall.
  event_likeness likeness;
  /// The present in Unix seconds; nullopt if whatever would report the event's end is not there.
  std::optional<double> now = std::nullopt;
};

/// @returns why it was, as half a line for people, e.g. "others held the CPUs". Escaped.
std::string event_reason(const event_row& x);

/// @param lead_up whose last sample has what the disks moved; may be empty.
/// @returns "load 40 + disk 20 (5.7 MB/s read)": what made the stress critical, of the second in which it was found;
/// empty if that is not known.
std::string points_in_words(const event_row& x, const std::vector<sample_row>& lead_up);

/// @param width in cells, 20 or more.
/// @returns the whole event: ledger as bars, evidence, culprits, sparklines, files.
std::string event_page(const event_row& x, const std::vector<sample_row>& lead_up,
                       const std::vector<std::string>& files, const event_ties& ties = {}, std::size_t width = 80);

/// @returns one character a column, the highest value of each; blank where nothing is known.
std::string sparkline(const std::vector<std::optional<double>>& values, double full,
                      std::size_t columns);

} // namespace pmactor
