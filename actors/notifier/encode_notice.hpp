// The facts of a message in the forms in which a user's command and a webhook get them. Pure.
#pragma once

#include "actors/notifier/compose_notice.hpp"

#include <string>
#include <vector>

namespace pmactor {

/// @returns "PMACTOR_KIND=pause" and so on, a variable for each fact.
std::vector<std::string> encode_notice_variables(const notice_message& x);

/// @returns the same as a JSON object.
std::string encode_notice_json(const notice_message& x);

} // namespace pmactor
