// Reads what macOS wrote of the end of a boot: the reports of panics, and the reason that the controller
// of an Intel Mac gave for the last shutdown. All of it is foreign: bounded, and cut to what one line can
// say. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// @param text a report of a panic: JSON with the kernel's text as a string, or that text itself.
/// @returns what the kernel panicked about; empty if it does not say.
std::string find_panic_reason(std::string_view text);

/// @param text lines of the log of this boot.
/// @returns the last shutdown's cause as read_reset_words() knows it, "shutdown cause [3]"; empty if no line
/// says one. Apple silicon writes none.
std::string find_shutdown_cause(std::string_view text);

} // namespace pmactor
