#define CAF_SUITE outbox_bounds

#include "actors/supervision/outbox_bounds.hpp"

#include <atomic>
#include <utility>
#include <vector>

#include "support/test.hpp"

namespace {

/// Weighs 1 byte, and 9 more with its details.
struct letter {
  int number = 0;
  bool has_details = true;
};

std::size_t footprint(const letter& x) {
  return x.has_details ? 10 : 1;
}

bool shed_details(letter& x) {
  return std::exchange(x.has_details, false);
}

using namespace pmactor;

struct fixture {
  outbox_memory<letter> memory;

  std::size_t add(int numbers, std::size_t in_flight = 0) {
    std::size_t dropped = 0;
    for (int i = 0; i < numbers; ++i) {
      memory.add({static_cast<int>(memory.next_number)});
      dropped += make_room(memory, in_flight);
    }
    return dropped;
  }
  std::vector<int> kept() const {
    std::vector<int> result;
    for (const auto& x : memory.waiting)
      result.push_back(x.value.number);
    return result;
  }
  std::vector<int> detailed() const {
    std::vector<int> result;
    for (const auto& x : memory.waiting)
      if (x.value.has_details)
        result.push_back(x.value.number);
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(outbox_bounds_tests, fixture)

CAF_TEST(beyond the number of values the oldest that is not on its way falls off and is counted) {
  std::atomic<std::uint64_t> lost{0};
  memory.lost = &lost;
  memory.limit = 5;
  add(2);
  CAF_CHECK_EQUAL(add(5, 2), 2u);
  CAF_CHECK_EQUAL(kept(), (std::vector{1, 2, 5, 6, 7}));
  CAF_CHECK_EQUAL(detailed(), kept());
  CAF_CHECK_EQUAL(lost.load(), 2u);
  CAF_CHECK_EQUAL(memory.bytes, 50u);
}

CAF_TEST(beyond the bytes the oldest lose their details before any value falls off) {
  memory.most_bytes = 40;
  CAF_CHECK_EQUAL(add(6), 0u);
  CAF_CHECK_EQUAL(kept(), (std::vector{1, 2, 3, 4, 5, 6}));
  CAF_CHECK_EQUAL(detailed(), (std::vector{4, 5, 6}));
  CAF_CHECK_EQUAL(memory.shed, 3u);
  CAF_CHECK_EQUAL(memory.bytes, 33u);
}

CAF_TEST(values fall off once no details are left to drop) {
  memory.most_bytes = 4;
  CAF_CHECK_EQUAL(add(6), 2u);
  CAF_CHECK_EQUAL(kept(), (std::vector{3, 4, 5, 6}));
  CAF_CHECK_EQUAL(detailed(), std::vector<int>{});
  CAF_CHECK_EQUAL(memory.bytes, 4u);
}

CAF_TEST(what is on its way keeps its details) {
  memory.most_bytes = 40;
  add(2);
  CAF_CHECK_EQUAL(add(3, 2), 0u);
  CAF_CHECK_EQUAL(detailed(), (std::vector{1, 2, 5}));
}

CAF_TEST(the newest stays however large it is) {
  memory.most_bytes = 0;
  CAF_CHECK_EQUAL(add(3), 2u);
  CAF_CHECK_EQUAL(kept(), std::vector{3});
}

CAF_TEST_FIXTURE_SCOPE_END()
