// The form of `pmactor inspect --json`.
#pragma once

#include "app/views/json_form.hpp"
#include "app/views/render_health.hpp"

namespace pmactor {

/// @returns the view. Texts are as the page has them; bytes that are no UTF-8 are replaced when it is written (see dumped).
nlohmann::ordered_json health_json(const health_view& view);

} // namespace pmactor
