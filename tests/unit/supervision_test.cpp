#define CAF_SUITE supervision

#include "messages/supervision.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a reload says what has changed and what was restarted) {
  CAF_CHECK_EQUAL(to_string(reload_result{}), "no setting has changed; nothing had to be restarted");
  CAF_CHECK_EQUAL(to_string(reload_result{{"log.level"}, {}, {}}),
                  "1 setting changed (log.level); nothing had to be restarted");
  CAF_CHECK_EQUAL(to_string(reload_result{{"a.x", "a.y"}, {"notifier"}, {}}),
                  "2 settings changed (a.x, a.y); restarted: notifier");
  CAF_CHECK_EQUAL(to_string(reload_result{{}, {"notifier"}, {"forensics-supervisor"}}),
                  "no setting has changed; restarted: notifier; given up, as it keeps failing: "
                  "forensics-supervisor");
  CAF_CHECK_EQUAL(to_string(reload_result{{"1", "2", "3", "4", "5", "6", "7"}, {}, {}}),
                  "7 settings changed (1, 2, 3, 4, 5 and 2 more); nothing had to be restarted");
}

CAF_TEST(the answer of a reload names fewer where there is no room for all) {
  const std::vector<std::string> names{"aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd", "eeeeeeee", "ffffffff"};
  const reload_result x{names, names, {}};
  CAF_CHECK_EQUAL(describe_within(x, 256), to_string(x));
  CAF_CHECK_EQUAL(describe_within(x, 100), "6 settings changed (aaaaaaaa, bbbbbbbb and 4 more); restarted: aaaaaaaa, "
                                           "bbbbbbbb and 4 more");
  CAF_CHECK_EQUAL(describe_within(x, 60), "6 settings changed; restarted: 6");
  for (std::size_t room = 40; room < 256; ++room)
    CAF_CHECK_LESS_OR_EQUAL(describe_within(x, room).size(), room);
}

CAF_TEST(a reload names the children whose predecessors hang) {
  CAF_CHECK_EQUAL(to_string(reload_result{{"a.x"}, {}, {}, {"switch-recorder"}}),
                  "1 setting changed (a.x); still to be restarted, once what hangs of it has ended: switch-recorder");
}
