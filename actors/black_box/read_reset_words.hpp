// Decides what the words mean with which a kernel or a firmware says why the machine was started
// anew: AMD's reset status as Linux prints it at boot, `power_on_reason` of sysfs, and the cause that an
// Intel Mac gives. Pure.
#pragma once

#include "actors/black_box/outage_cause.hpp"
#include "messages/pause.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

struct reset_meaning {
  outage_cause cause = outage_cause::unexplained;
  confidence sure = confidence::low;
  std::string says; ///< What happened, as half a sentence for people.
  friend bool operator==(const reset_meaning&, const reset_meaning&) = default;
};

/// @param words of one source, or of both.
/// @returns the most specific one; nothing if none says more than that the machine was started.
std::optional<reset_meaning> read_reset_words(std::string_view words);

} // namespace pmactor
