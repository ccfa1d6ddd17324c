#define CAF_SUITE decide_question

#include "app/witness/decide_question.hpp"

#include "support/test.hpp"

#include <string>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// @returns a line of /proc/PID/stat.
std::string stat(char state, int user_ticks, int system_ticks) {
  return std::string{"77 (Xorg) "} + state + " 1 77 77 0 -1 4194304 100 0 3 0 " + std::to_string(user_ticks) + ' '
         + std::to_string(system_ticks) + " 0 0 20 0 5 0 1234 100000000 5000 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 "
         "0 17 2 0 0 0 0 0\n";
}

} // namespace

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

CAF_TEST(what a server computed is known from one look to the next) {
  server_record aut;
  CAF_CHECK(!aut.look(stat('R', 400, 100), 10s, 10ms)); // since when is not known
  CAF_CHECK(!aut.look(stat('R', 420, 100), 10500ms, 10ms));
  CAF_CHECK(aut.look(stat('R', 440, 122), 11s, 10ms));
  CAF_CHECK(!aut.look(stat('R', 441, 122), 11500ms, 10ms)); // held against the last look alone
  CAF_CHECK(aut.look(stat('T', 441, 122), 12s, 10ms));
}

CAF_TEST(a server of which the kernel says nothing any more is not asked for that and what it did is forgotten) {
  server_record aut;
  CAF_CHECK(!aut.look(stat('R', 400, 100), 10s, 10ms));
  CAF_CHECK(!aut.look("", 10500ms, 10ms));
  CAF_CHECK(!aut.look(stat('R', 500, 100), 11s, 10ms));
}
