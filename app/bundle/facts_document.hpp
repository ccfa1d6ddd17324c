// The facts of an event as a document of JSON and back: how they travel in a bundle. Pure. A
// document that comes in is foreign: what is not as it should be is absent.
#pragma once

#include "app/report/report_facts.hpp"

#include <optional>
#include <string>

namespace pmactor {

/// @returns all but the files, which travel beside it.
std::string facts_document(const report_facts& facts);

/// @returns nothing if it is none.
std::optional<report_facts> parse_facts_document(const std::string& text);

} // namespace pmactor
