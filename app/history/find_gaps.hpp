// Decides between which samples a curve is broken, as something between them is missing. Samples are stored every
// second or every few, and further apart where the settings say so: where they lie regularly nothing is missing. Pure.
#pragma once

#include <span>
#include <vector>

namespace pmactor {

/// @param times of the samples, ascending; Unix seconds.
/// @returns of each sample whether there is a gap before it; of the first there is none.
std::vector<bool> find_gaps(std::span<const double> times);

} // namespace pmactor
