// A window of the sampler for people: two lines of totals and the busiest processes, 80 columns wide.
#pragma once

#include "app/sampler/compute_window.hpp"

#include <string>

namespace pmactor {

/// Appends the table. Names are escaped: they cannot move a cursor or break a line.
void write_sample_table(const sample_window& x, const host_facts& facts, std::string& out);

} // namespace pmactor
