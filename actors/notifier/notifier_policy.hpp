// All that the user may set of the NOTIFIER.
#pragma once

#include "actors/notifier/decide_notice.hpp"
#include "actors/notifier/notice_delivery.hpp"

namespace pmactor {

/// `[notifications]` in the settings.
struct notifier_policy {
  notice_policy when;
  delivery_policy how;
  friend bool operator==(const notifier_policy&, const notifier_policy&) = default;
};

} // namespace pmactor
