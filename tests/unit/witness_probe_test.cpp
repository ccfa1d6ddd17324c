#define CAF_SUITE witness_probe

#include "app/witness/witness_probe.hpp"

#include "app/witness/witness_loop.hpp"
#include "support/test.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <semaphore>
#include <thread>

using namespace pmactor;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

/// @returns whether it comes to pass.
template <class Condition>
bool comes_true(Condition condition) {
  for (const auto until = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < until;) {
    if (condition())
      return true;
    std::this_thread::yield();
  }
  return false;
}

struct fixture {
  std::unique_ptr<witness_page> page = std::make_unique<witness_page>();
  absent_time absent{0};
  witness_slot& slot = page->slots[0];
  std::atomic<nanoseconds> now{100s}; ///< Of the probes; an act that is to take long steps it.

  /// A probe's thread may outlive it for a moment, and then still writes to its slot.
  ~fixture() {
    comes_true([this] { return slot.is_taken.load() == 0; });
  }
  /// For the probe's thread alone.
  void step(nanoseconds by) {
    now = now.load() + by;
  }
  std::unique_ptr<witness_probe> probe(std::function<bool()> act) {
    return std::make_unique<witness_probe>(claim_slot(*page, stall_resource::mount, "/mnt", stall_sense::statfs),
                                           std::move(act), absent, [this] { return now.load(); });
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(witness_probe_tests, fixture)

CAF_TEST(a probe that is not wanted any more gives its slot back) {
  auto mine = probe([] { return true; });
  CAF_CHECK_EQUAL(slot.is_taken.load(), 1u);
  CAF_CHECK(mine->ask());
  CAF_CHECK(comes_true([&] { return mine->done() == 1; }));
  mine.reset();
  CAF_CHECK(comes_true([&] { return slot.is_taken.load() == 0; }));
}

CAF_TEST(a probe that hangs keeps its slot and is felt only as long as it is wanted) {
  std::binary_semaphore asked{0}, answer{0};
  auto mine = probe([&] {
    asked.release();
    answer.acquire();
    return true;
  });
  CAF_CHECK(mine->ask());
  asked.acquire();
  CAF_CHECK(slot.since_ns.load() != 0);
  CAF_CHECK(!mine->ask());
  mine.reset();
  CAF_CHECK_EQUAL(slot.since_ns.load(), 0);
  CAF_CHECK_EQUAL(slot.is_taken.load(), 1u);
  answer.release();
  CAF_CHECK(comes_true([&] { return slot.is_taken.load() == 0; }));
  CAF_CHECK_EQUAL(slot.noted.load(), 0u);
}

CAF_TEST(slow acts on end lead up to one that is worth noting) {
  std::atomic<nanoseconds> takes{0ms};
  auto mine = probe([&] {
    step(takes.load());
    return true;
  });
  std::uint64_t acts = 0;
  for (const auto span : {0ms, 120ms, 120ms, 310ms}) {
    takes = span;
    CAF_REQUIRE(comes_true(
      [&] { return mine->ask(); })); // it says that it is done a moment before it is free
    ++acts;
    CAF_REQUIRE(comes_true([&] { return mine->done() == acts; }));
  }
  CAF_REQUIRE_EQUAL(slot.noted.load(), 1u);
  const auto& noted = slot.past[0];
  CAF_CHECK_EQUAL(nanoseconds{noted.ended_ns - noted.began_ns}, 310ms);
  CAF_CHECK_EQUAL(nanoseconds{noted.began_ns - noted.led_from_ns}, 240ms);
  CAF_CHECK_EQUAL(mine->takes(now.load()), 310ms);
}

CAF_TEST(an act took as long as the clock went on less the time in which the process was absent) {
  auto mine = probe([&] {
    step(900ms);
    absent += nanoseconds{650ms}.count();
    return true;
  });
  CAF_CHECK(mine->ask());
  CAF_REQUIRE(comes_true([&] { return mine->done() == 1; }));
  CAF_CHECK_EQUAL(mine->takes(now.load()), 250ms);
  CAF_CHECK_EQUAL(slot.noted.load(), 0u);
}

CAF_TEST(what answered or was not needed a moment ago did not fail before that) {
  std::binary_semaphore asked{0}, answer{0};
  auto mine = probe([&] {
    asked.release();
    answer.acquire();
    return true;
  });
  CAF_CHECK(mine->ask(99'900ms));
  asked.acquire();
  CAF_CHECK_EQUAL(nanoseconds{slot.since_ns.load()}, 99'950ms); // in the middle of when it may have ceased to answer
  answer.release();
  CAF_CHECK(comes_true([&] { return mine->done() == 1; }));
}

CAF_TEST(a probe that cannot act is asked no more) {
  auto mine = probe([] { return false; });
  CAF_CHECK(mine->ask());
  CAF_CHECK(comes_true([&] { return mine->done() == 1; }));
  CAF_CHECK(!mine->ask());
}

CAF_TEST(what a process that the act waits for waited for a CPU is the wait of the act) {
  std::binary_semaphore asked{0}, answer{0};
  auto mine = std::make_unique<witness_probe>(claim_slot(*page, stall_resource::program, "", stall_sense::spawn),
                                              [&](probe_turn& turn) {
                                                turn.follow(4711);
                                                asked.release();
                                                answer.acquire();
                                                step(310ms);
                                                turn.add(300ms);
                                                return true;
                                              },
                                              absent, [this] { return now.load(); });
  CAF_CHECK(mine->ask());
  asked.acquire();
  CAF_CHECK_EQUAL(slot.thread.load(), 4711);
  answer.release();
  CAF_CHECK(comes_true([&] { return mine->done() == 1; }));
  CAF_CHECK_NOT_EQUAL(slot.thread.load(), 4711);
  CAF_REQUIRE_EQUAL(slot.noted.load(), 1u);
  CAF_CHECK(slot.past[0].by_run_queue.load());
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a program is started seldom at rest and again at once where a start takes long for want of a CPU) {
  CAF_CHECK_EQUAL(looks_between_starts(false, false, 2s), program_every);
  CAF_CHECK_EQUAL(looks_between_starts(true, false, 2s), program_when_busy);
  CAF_CHECK_EQUAL(looks_between_starts(false, true, 5ms), program_when_crowded);
  CAF_CHECK_EQUAL(looks_between_starts(true, true, 400ms), program_when_slow);
}

CAF_TEST(the child looks just before each whole pace) {
  CAF_CHECK_EQUAL(find_next_look(10s, 500ms), 10460ms);
  CAF_CHECK_EQUAL(find_next_look(10461ms, 500ms), 10960ms);
  CAF_CHECK_EQUAL(find_next_look(10800ms, 500ms),
                  11460ms); // it was late; not sooner than half a pace from then
  CAF_CHECK_EQUAL(find_next_look(10961ms, 1s), 11960ms);
}
