// How amounts and lists are said: lengths of time, sizes and numbers, in one way throughout the program.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// @returns what printf() makes of it; cut after 255 bytes.
[[gnu::format(printf, 1, 2)]] std::string printed(const char* format, ...);

/// @returns a length of time that was measured: "850 µs", "9.1 ms", "312 ms", "2.14 s", "12.3 s"; from
/// a minute on as to_words() says it. Rounded; a negative one has a minus.
std::string spelled(std::chrono::nanoseconds x);

/// @returns a length of time that need not be exact, as an age or a delay: "850 µs", "12 ms", "1.5 s",
/// "42 s", "3 min 12 s", "2 h 5 min", "3 d 4 h". Rounded down; a negative one has a minus.
std::string to_words(std::chrono::nanoseconds x);

/// @returns a moment of the wall clock as a time of the day in local time: "09:08:55".
std::string time_of_day(std::chrono::nanoseconds wall);

/// @returns the digits in groups of three: "12,345".
std::string grouped(std::uint64_t number);

/// @returns an amount with its unit: "817 B", "25.6 kB", "300 MB".
std::string bytes_in_words(std::uint64_t bytes);

/// @returns the text with a capital letter in front, where that is one of ASCII; our own name stays small.
std::string capitalised(std::string text);

/// @returns "a, b, c", or with something else between them.
std::string joined(const std::vector<std::string>& x, std::string_view between = ", ");

/// @param room in bytes; enough for a part.
/// @returns "a, b and 2 more": as many whole parts as there is room for, and how many there are beyond. Only a first
/// part that has no room by itself is cut.
std::string joined_within(const std::vector<std::string>& x, std::size_t room);

} // namespace pmactor
