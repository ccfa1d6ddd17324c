#define CAF_SUITE decide_redelivery

#include "actors/notifier/decide_redelivery.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(a message is sent again for an hour and then given up) {
  for (const auto what : {send_outcome::later, send_outcome::misplaced}) {
    CAF_CHECK_EQUAL(decide_redelivery(what, 0s), redelivery::again);
    CAF_CHECK_EQUAL(decide_redelivery(what, 1h), redelivery::again);
    CAF_CHECK_EQUAL(decide_redelivery(what, 1h + 1ns), redelivery::given_up);
  }
}

CAF_TEST(a message that was taken or never will be is settled whatever its age) {
  for (const auto what : {send_outcome::taken, send_outcome::refused, send_outcome::too_large})
    for (const auto waited : {0h, 2h})
      CAF_CHECK_EQUAL(decide_redelivery(what, waited), redelivery::settled);
}
