// All that a user may set about pauses, and what is at its default.
#pragma once

#include "actors/pause_detector/book_ledger.hpp"
#include "actors/pause_detector/decide_scope.hpp"
#include "actors/pause_detector/find_pause_or_sleep.hpp"

namespace pmactor {

struct pause_detector_policy {
  pause_policy find;
  ledger_policy book;
  scope_policy scope;
  friend bool operator==(const pause_detector_policy&, const pause_detector_policy&) = default;
};

} // namespace pmactor
