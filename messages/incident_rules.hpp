// The table of what the kernel, and programs that kill for lack of memory, log of an incident.
//
// A pattern begins where the line does and may end before it. {d} takes a device, {c} the name of a
// command, {p} a pid, {n} a number, {w} a word, {*} anything; but for the last none may be empty.
#pragma once

#include "messages/match_incident.hpp"

#include <vector>

namespace pmactor {

struct incident_rule {
  const char* name;
  incident_kind kind;
  int weight; ///< Of the lines of one incident the heaviest names it; 0 only adds to another one.
  unsigned least; ///< As in incident_line.
  const char* pattern;
  const char* says;        ///< With what the pattern took; half a sentence.
  const char* device = ""; ///< If it is not just what {d} took.
  log_source source = log_source::kernel;
};

/// The first that matches counts.
const std::vector<incident_rule>& incident_rules();

} // namespace pmactor
