#define CAF_SUITE decide_question

#include "app/witness/decide_question.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(a server that is stopped or waits in the kernel is asked at once) {
  for (const char state : {'T', 't', 'D'})
    CAF_CHECK(asks_at_once(std::nullopt, {10s, state, 0s}));
}

CAF_TEST(a server that rests or works a little is asked in its turn) {
  CAF_CHECK(!asks_at_once(std::nullopt, {10s, 'S', 5s}));
  CAF_CHECK(!asks_at_once(server_reading{9500ms, 'R', 5s}, {10s, 'R', 5300ms}));
}

CAF_TEST(a server that computed all the time is asked at once) {
  CAF_CHECK(asks_at_once(server_reading{9500ms, 'R', 5s}, {10s, 'R', 5490ms}));
}

CAF_TEST(what was read of another process says nothing of how much a server computed) {
  CAF_CHECK(!asks_at_once(server_reading{9500ms, 'R', 50s}, {10s, 'R', 490ms}));
  CAF_CHECK(!asks_at_once(server_reading{10s, 'R', 5s}, {10s, 'R', 9s}));
}
