// The forms of `pmactor explain`. Pure but for the local time zone.
#pragma once

#include "app/explain/explain_span.hpp"
#include "app/views/terminal.hpp"

#include <string>

namespace pmactor {

/// @returns the answer for a person, as wide as the style says; the first line is the answer. No control
/// character is in it.
std::string render_answer(const span_answer& x, const text_style& style);

/// @returns the answer as a JSON object, times in Unix seconds. Keys are added to, never renamed.
std::string answer_json(const span_answer& x);

} // namespace pmactor
