// Decides what is in a bundle, the copy of events that is handed to another person, and finds it
// there again. Pure.
#pragma once

#include "app/bundle/describe_machine.hpp"
#include "app/bundle/pack_archive.hpp"
#include "app/report/redact_facts.hpp"
#include "app/report/report_facts.hpp"

#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// What goes out, before it is redacted.
struct bundle_content {
  std::vector<report_facts> events; ///< With all of their files.
  /// Of each event, in the same order: the pauses within it, which its trace shows. May be shorter.
  std::vector<std::vector<event_row>> pauses;
  machine_facts machine;
  /// The settings that are not at their defaults: their names, and what stands for each in a
  /// settings file.
  std::vector<std::pair<std::string, std::string>> settings;
  bool keeps_all = false; ///< For the words of README.txt.
};

/// @param events one or more.
/// @returns what a bundle of them is called where no name was given: all of their numbers are in it, or of many the
/// first and the last.
std::string bundle_name(const std::vector<event_row>& events);

/// @returns the files of the bundle, README.txt first.
std::vector<bundle_file> compose_bundle(bundle_content content, const redaction& how);

/// @returns the events of a bundle, with their files.
/// @throws std::runtime_error, one sentence, if there are none.
std::vector<report_facts> parse_bundle(const std::vector<bundle_file>& files);

/// @returns the event of the bundle that is meant: the only one, or the one with this number.
/// @param name as it was typed; may be empty.
/// @throws std::runtime_error, one sentence, if it is none or not clear which.
const report_facts& find_bundled(const std::vector<report_facts>& events, const std::string& name);

} // namespace pmactor
