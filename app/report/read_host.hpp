// What kind of machine this is, for the head of a report.
#pragma once

#include "app/report/report_facts.hpp"

namespace pmactor {

/// @returns what is known of this machine; the rest is absent or empty.
report_host read_host();

} // namespace pmactor
