// The manual pages: one for the program, one for each of its commands, one for the settings and one for events, all
// made from what `--help`, `config` and the schemas are made from. Pure.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace pmactor {

struct manual_page {
  std::string file; ///< "man1/pmactor-events.1"
  std::string text;
};

/// What an option or positional is about: its description, its choices, its range, its default.
std::string option_about(const CLI::Option& x);
/// @returns the name of its value, "N"; empty if it takes none.
std::string option_value(const CLI::Option& x);

/// @param date of the pages, "2026-11-28".
/// @param event_schema conf/schema/event.json, which describes the members of an event; may be empty.
std::vector<manual_page> compose_manual(const CLI::App& program, const std::string& date, const std::string& event_schema);

} // namespace pmactor
