// Decides how the evidence of an event looks in its report: what was found, each artifact with what
// a reader sees of its file, and what it cost to look. Pure.
#pragma once

#include "app/report/report_facts.hpp"

#include <string>

namespace pmactor::report {

std::string capture_section(const report_facts& facts);

} // namespace pmactor::report
