#define CAF_SUITE witness_probe

#include "app/witness/witness_probe.hpp"

#include "support/test.hpp"

#include <chrono>
#include <memory>
#include <semaphore>
#include <thread>

using namespace pmactor;
using namespace std::chrono_literals;

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

  std::unique_ptr<witness_probe> probe(std::function<bool()> act) {
    return std::make_unique<witness_probe>(claim_slot(*page, stall_resource::mount, "/mnt", stall_sense::statfs),
                                           std::move(act), absent);
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

CAF_TEST(a probe that cannot act is asked no more) {
  auto mine = probe([] { return false; });
  CAF_CHECK(mine->ask());
  CAF_CHECK(comes_true([&] { return mine->done() == 1; }));
  CAF_CHECK(!mine->ask());
}

CAF_TEST_FIXTURE_SCOPE_END()
