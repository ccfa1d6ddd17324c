#define CAF_SUITE notices_for_login

#include "actors/notifier/notices_for_login.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using found = notices_for_login::found;

namespace {

notice_message message(std::uint64_t number) {
  notice_message x;
  x.number = number;
  x.kind = notice_kind::outage;
  return x;
}

} // namespace

CAF_TEST(what ended the machine is kept and a freeze is not) {
  CAF_CHECK(notices_for_login::is_kept(message(1)));
  CAF_CHECK(!notices_for_login::is_kept({}));
}

CAF_TEST(nothing is looked for while nothing is held) {
  notices_for_login aut{15s};
  CAF_CHECK(!aut.next_look());
  aut.hold(message(1), 100s);
  CAF_CHECK(aut.next_look() == 115s);
  aut.pop();
  CAF_CHECK(!aut.next_look());
}

CAF_TEST(a message is shown at the look after a bus was found) {
  notices_for_login aut{15s};
  aut.hold(message(1), 0s);
  aut.look_again(found::no_one, 15s);
  CAF_CHECK(!aut.is_ready());
  aut.look_again(found::bus, 30s);
  CAF_CHECK(aut.is_ready());
  CAF_CHECK(aut.next_look() == 45s);
  aut.look_again(found::no_one, 45s); // they have left
  CAF_CHECK(!aut.is_ready());
}

CAF_TEST(a bus without a desktop is tried less and less) {
  notices_for_login aut{15s};
  aut.hold(message(1), 0s);
  std::chrono::nanoseconds now = 0s, last = 0s;
  for (int i = 0; i < 12; ++i) {
    aut.look_again(found::bus, now);
    last = *aut.next_look() - now;
    now = *aut.next_look();
  }
  CAF_CHECK(last == 600s);
  aut.look_again(found::no_one, now);
  CAF_CHECK(*aut.next_look() - now == 15s);
}

CAF_TEST(the newest are kept where there are too many) {
  notices_for_login aut{15s};
  for (std::uint64_t i = 1; i <= notices_for_login::most + 2; ++i)
    aut.hold(message(i), 0s);
  CAF_CHECK_EQUAL(aut.front().number, 3u);
}
