#define CAF_SUITE judge_witness

#include "actors/witness_keeper/judge_witness.hpp"

#include <algorithm>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

constexpr auto least = 1s; ///< The length of a stall.

/// Of a child whose timer was due at 10 s, which still waits for a disk, and has waited for another one.
witness_words words() {
  witness_words x;
  x.is_alive = true;
  x.due = 10s;
  x.pace = 500ms;
  x.late.note(late_part::disk, 20ms);
  x.in_hand.note(late_part::disk, 3s);
  x.felt = {{stall_resource::disk, "sda", stall_sense::completion, 7s, std::nullopt, 250ms},
            {stall_resource::disk, "sdb", stall_sense::completion, 7s, 9s, 250ms}};
  return x;
}

std::size_t count_of(const judged_words& x, stall_resource resource) {
  return static_cast<std::size_t>(
    std::count_if(x.felt.begin(), x.felt.end(), [&](const felt_stretch& y) { return y.resource == resource; }));
}

} // namespace

CAF_TEST(the words of a child in time are taken as they are) {
  for (const char state : {'S', 'R', 'T'}) { // whatever its thread is doing just now
    const auto x = judge_witness(words(), state, 10s + 50ms, least, nullptr);
    CAF_CHECK_EQUAL(x.felt.size(), 2u);
    CAF_CHECK_EQUAL(x.late[late_part::disk].value_or(-1), 3.0);
    CAF_CHECK(!x.late[late_part::cpu]);
    CAF_CHECK(!x.next_look);
  }
}

CAF_TEST(a child that is held feels nothing that lasts) {
  for (const char state : {'T', 't'}) {
    const auto x = judge_witness(words(), state, 12s, least, nullptr);
    CAF_REQUIRE_EQUAL(x.felt.size(), 1u);
    CAF_CHECK_EQUAL(x.felt[0].name, "sdb");
    CAF_CHECK_LESS(x.late[late_part::disk].value_or(-1), 1.0);
  }
}

CAF_TEST(a child that is late and ready to run feels the CPUs since half a pace before its timer was due) {
  const auto x = judge_witness(words(), 'R', 12s, least, nullptr);
  CAF_REQUIRE_EQUAL(x.felt.size(), 3u);
  CAF_CHECK(x.felt[2]
            == (felt_stretch{stall_resource::cpu, {}, stall_sense::timer, 9750ms, std::nullopt, 250ms}));
  CAF_CHECK_EQUAL(x.late[late_part::cpu].value_or(-1), 2.0);
}

CAF_TEST(a child that is late and waits for something else does not feel the CPUs) {
  for (const char state : {'S', 'D', '\0'}) {
    const auto x = judge_witness(words(), state, 12s, least, nullptr);
    CAF_CHECK_EQUAL(x.felt.size(), 2u);
    CAF_CHECK(!x.late[late_part::cpu]);
  }
}

CAF_TEST(half of a wait for the CPUs by the quota of its own group is enough to make it no stall) {
  growth_record throttled;
  throttled.add(9s, 0s);
  throttled.add(12s, 1125ms); // of 2.25 s
  CAF_CHECK_EQUAL(count_of(judge_witness(words(), 'R', 12s, least, &throttled), stall_resource::cpu), 0u);
  CAF_CHECK_EQUAL(count_of(judge_witness(words(), 'R', 12s, least, &throttled), stall_resource::disk), 2u);
  growth_record less;
  less.add(9s, 0s);
  less.add(12s, 1s);
  CAF_CHECK_EQUAL(count_of(judge_witness(words(), 'R', 12s, least, &less), stall_resource::cpu), 1u);
}

CAF_TEST(a timer that begins to be late is looked at as it becomes a stall) {
  CAF_CHECK(!judge_witness(words(), 'S', 10s + 100ms, least, nullptr).next_look);
  const auto x = judge_witness(words(), 'S', 10s + 200ms, least, nullptr);
  CAF_REQUIRE(x.next_look.has_value());
  CAF_CHECK_EQUAL(*x.next_look, 9750ms + least);
}

CAF_TEST(what is too short to count is looked at when it is long enough and certain) {
  auto at_once = words();
  at_once.rising = witness_words::rising_stretch{10s, 10500ms};
  CAF_CHECK_EQUAL(judge_witness(at_once, 'S', 10s, least, nullptr).next_look.value_or(0s), 11s);
  at_once.rising->certain = 11300ms;
  CAF_CHECK_EQUAL(judge_witness(at_once, 'S', 10s, least, nullptr).next_look.value_or(0s), 11300ms);
  // The timer becomes a stall first.
  CAF_CHECK_EQUAL(judge_witness(at_once, 'S', 10s + 200ms, least, nullptr).next_look.value_or(0s), 10750ms);
}

CAF_TEST(a child that is held is reported after some seconds of lived time) {
  growth_record lived;
  lived.add(9s, 100s);
  lived.add(16s, 107s);
  for (const char state : {'T', 't'}) {
    CAF_CHECK(!find_hold(words(), state, 15s, lived));
    CAF_CHECK(find_hold(words(), state, 16s, lived) == std::optional<std::chrono::nanoseconds>{6s});
  }
  for (const char state : {'S', 'R', 'D', '\0'})
    CAF_CHECK(!find_hold(words(), state, 16s, lived));
}

CAF_TEST(a child that was paused with the machine or with all of pmactor is not reported as held) {
  growth_record lived;
  lived.add(9s, 100s);
  lived.add(10s, 101s);
  lived.add(10s + 1h, 101s + 200ms);
  CAF_CHECK(!find_hold(words(), 'T', 10s + 1h, lived));
  CAF_CHECK(!find_hold(words(), 'T', 14s + 1h, lived)); // it is continued after the daemon
  CAF_CHECK(find_hold(words(), 'T', 15s + 1h, lived).has_value()); // it was not continued
}

CAF_TEST(a child in time is not held whatever the state of its thread) {
  growth_record lived;
  lived.add(9s, 100s);
  CAF_CHECK(!find_hold(words(), 'T', 10s + 500ms, lived));
}
