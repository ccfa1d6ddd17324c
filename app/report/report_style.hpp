// How a report looks: its style sheet, for a desk, a phone, a dark room and paper.
#pragma once

#include <string_view>

namespace pmactor {

extern const std::string_view report_style;

} // namespace pmactor
