// Gathers what goes into a bundle, from the history, the folders of evidence, the settings and the
// machine.
#pragma once

#include "app/bundle/compose_bundle.hpp"
#include "app/command_line/place_flags.hpp"

namespace pmactor {

/// @param flags whose settings are put in.
bundle_content gather_bundle(event_reader& reader, const std::vector<event_row>& events,
                             const place_flags& flags);

/// @returns the whole bundle, packed, without what says whose machine it was.
std::string redacted_bundle(bundle_content content, archive_form form = archive_form::tar_zst);

} // namespace pmactor
