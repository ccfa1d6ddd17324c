// What explains a pause where the host reports as little as a Mac does.
#define CAF_SUITE explain_mac_pause

#include "messages/pause.hpp"

#include "support/beats.hpp"

#include <chrono>

#include "support/explained.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// What a Mac reports: of a single thread how long it ran, of its process how long it waited.
late_beat quiet_gap_of_a_mac(std::chrono::nanoseconds gap) {
  auto beat = quiet_gap(gap);
  const auto full = beat;
  for (auto* x : {&beat.before, &beat.after}) {
    const auto& all = x == &beat.before ? full.before : full.after;
    *x = beat_counters{.at = all.at};
    x->slow_at = all.slow_at;
    x->own_cpu = all.own_cpu;
    x->continues = all.continues;
    x->process_faults = all.process_faults;
    x->process_wait = 7s;
    x->swapped_in = 1000;
    x->memory_level = 1;
  }
  return beat;
}

} // namespace

CAF_TEST(the waiting of all threads speaks for the beat where its own is not reported) {
  auto beat = quiet_gap_of_a_mac(2s);
  *beat.after.process_wait += 1700ms;
  auto event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "cpu_wait");
  CAF_CHECK(event.sure == confidence::medium); // it may have been another thread's
  CAF_CHECK(event.book[pause_cause::cpu_wait].length == 1700ms);
  CAF_CHECK(event.book.total() == event.duration);
  // Several threads wait for longer than the gap, and are booked for no more than it.
  *beat.after.process_wait += 5s;
  CAF_CHECK(explained(beat).book[pause_cause::cpu_wait].length == event.duration);
  // What the beat's own thread worked, it did not wait.
  *beat.after.own_cpu += 1900ms;
  event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "own_work");
}

CAF_TEST(a little waiting of other threads explains nothing) {
  auto beat = quiet_gap_of_a_mac(2s);
  *beat.after.process_wait += 900ms;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "unexplained");
  // Nor does any where the beat's own is known.
  auto other = quiet_gap(2s);
  other.before.process_wait = 1s;
  other.after.process_wait = 3s;
  CAF_CHECK_EQUAL(to_string(explained(other).cause), "unexplained");
}

CAF_TEST(a stop is a stop on a mac as well) {
  auto beat = quiet_gap_of_a_mac(4s);
  *beat.after.continues += 1;
  *beat.after.process_wait += 3ms;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "stopped");
}

CAF_TEST(scarce memory is noticed and accused of nothing) {
  auto beat = quiet_gap_of_a_mac(2s);
  CAF_CHECK(!notices(explained(beat), "memory"));
  *beat.after.swapped_in += 512;
  beat.after.memory_level = 2;
  auto event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "unexplained");
  CAF_CHECK(notices(event, "512 pages of memory came back from swap"));
  CAF_CHECK(notices(event, "the kernel warned of memory pressure"));
  beat.after.memory_level = 4;
  CAF_CHECK(notices(explained(beat), "the kernel called the memory pressure critical"));
}
