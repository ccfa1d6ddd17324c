// Decides how long to wait before something that failed is tried again: exponential back-off. Pure.
#pragma once

#include <chrono>
#include <cstddef>

namespace pmactor {

/// @param failures in a row, without the first one.
/// @returns *first*, doubled with each of them, but *longest* at most.
std::chrono::nanoseconds back_off(std::size_t failures, std::chrono::nanoseconds first,
                                  std::chrono::nanoseconds longest);

} // namespace pmactor
