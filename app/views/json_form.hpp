// The form that all JSON for programs has. Every document, every element of a list that is one and every line of a
// stream begins with `schema_version`. A moment has two members: NAME, in Unix seconds, and NAME_iso, in local time
// with its zone. A span is in seconds, and its name has no unit; other amounts say theirs, as in `memory_bytes`.
// What is not known is null. The documents are described in conf/schema.
#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace pmactor {

/// Raised when a member is renamed or removed, or means something else. New members do not raise it.
inline constexpr int json_schema_version = 1;

/// @returns the begin of a document: `{"schema_version": 1}`.
nlohmann::ordered_json begin_json();

/// Puts the moment in as NAME and NAME_iso, both null if it is not known or beyond all calendars.
void put_moment(nlohmann::ordered_json& object, const std::string& name, const std::optional<double>& unix_seconds);
void put_moment(nlohmann::ordered_json& object, const std::string& name,
                const std::optional<std::chrono::nanoseconds>& wall);

/// @returns the moment as NAME_iso has it, e.g. "2026-01-20T09:08:55.250+01:00"; empty if it is beyond all calendars.
std::string iso_moment(double unix_seconds);

/// @returns the document as text; foreign bytes that are no UTF-8 are replaced. One line, or an indented one.
std::string dumped(const nlohmann::ordered_json& document, bool indented);

} // namespace pmactor
