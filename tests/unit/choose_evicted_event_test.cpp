#define CAF_SUITE choose_evicted_event

#include "actors/flight_recorder/choose_evicted_event.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// One more than there is room for, each a second longer than the one before it.
std::deque<recent_event> too_many(bool are_complete) {
  std::deque<recent_event> result;
  for (std::size_t i = 0; i <= most_recent_events; ++i) {
    auto& x = result.emplace_back();
    x.event.duration = std::chrono::seconds{1 + i};
    x.is_complete = are_complete;
  }
  return result;
}

} // namespace

CAF_TEST(none is forgotten while there is room) {
  auto recent = too_many(true);
  recent.pop_back();
  CAF_CHECK(!choose_evicted_event(recent));
  CAF_CHECK(!choose_evicted_event({}));
}

CAF_TEST(the oldest that waits for nothing goes however long it was) {
  auto recent = too_many(true);
  recent[0].event.duration = 1h;
  CAF_CHECK((choose_evicted_event(recent) == evicted_event{0, false}));
  recent[0].is_complete = recent[1].is_complete = false;
  CAF_CHECK((choose_evicted_event(recent) == evicted_event{2, false}));
}

CAF_TEST(one that still waits goes only if all do and then it is the shortest) {
  auto recent = too_many(false);
  recent[5].event.duration = 400ms;
  CAF_CHECK((choose_evicted_event(recent) == evicted_event{5, true}));
  recent.back().is_complete = true;
  CAF_CHECK((choose_evicted_event(recent) == evicted_event{most_recent_events, false}));
}

CAF_TEST(of several that are as short the oldest goes) {
  auto recent = too_many(false);
  recent[3].event.duration = recent[7].event.duration = 400ms;
  CAF_CHECK((choose_evicted_event(recent) == evicted_event{3, true}));
}
