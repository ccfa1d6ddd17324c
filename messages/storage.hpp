// What is asked of the STORAGE WRITER beside storing samples, and what it says.
#pragma once

#include <string>

namespace pmactor {

/// Keep this value of the daemon's own over a restart of the program, in place of an earlier one of the
/// same key.
struct remember {
  std::string key;   ///< Which value, in kebab-case, e.g. "io-baseline".
  std::string value; ///< A short text that its owner alone reads.
  friend bool operator==(const remember&, const remember&) = default;
};

std::string to_string(const remember& x);

/// There is something new of events in the database: it may be read there.
struct events_stored {
  friend bool operator==(const events_stored&, const events_stored&) = default;
};

std::string to_string(const events_stored& x);

} // namespace pmactor
