// Makes up messages for one who tries how they come through. Pure.
#pragma once

#include "actors/notifier/compose_notice.hpp"

namespace pmactor {

/// @returns a message that shows how one of this kind looks, and says that it is a test.
notice_message test_message(notice_kind kind);

} // namespace pmactor
