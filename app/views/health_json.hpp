// The form of `pmactor inspect --json`. Its keys are a promise: they are added to, never renamed.
#pragma once

#include "app/views/render_health.hpp"

#include <nlohmann/json_fwd.hpp>

namespace pmactor {

/// @returns the view; absent is null, ages are seconds, moments Unix seconds. Texts are as the page
/// has them; bytes that are no UTF-8 are replaced when it is written (see dumped).
nlohmann::ordered_json health_json(const health_view& view);

/// @returns the document in one line, or indented for people. Valid whatever its texts hold.
std::string dumped(const nlohmann::ordered_json& document, bool indented);

} // namespace pmactor
