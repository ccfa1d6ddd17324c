// Decides what of the health page is worth telling a person: what has not worked, actor by actor.
#pragma once

#include "actors/notifier/decide_notice.hpp"
#include "actors/supervision/health_page.hpp"

#include <string_view>
#include <vector>

namespace pmactor {

/// @param except the actor that asks: it would tell by the very means that do not work.
std::vector<fault> list_faults(const health_page& page, std::string_view except);

} // namespace pmactor
