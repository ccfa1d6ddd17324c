// Shows something again and again on a terminal, and leaves the terminal as it was.
#pragma once

#include "app/views/terminal.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace pmactor {

/// Shows a frame at once, then one each period, until SIGINT, SIGTERM, SIGHUP, or `q`. On a
/// terminal each takes the place of the one before, cut to its height; elsewhere they follow one
/// another. Ctrl-Z works. For the main thread of a program that has no other.
/// @param make_frame returns lines, each with its line feed, in this style.
void watch(std::chrono::nanoseconds period,
           const std::function<std::string(const text_style&)>& make_frame);

} // namespace pmactor
