#define CAF_SUITE attach_remark

#include "actors/flight_recorder/attach_remark.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using std::chrono::nanoseconds;

clock_sample at(nanoseconds x) {
  return {x, x, x + 1'000'000s};
}

pause_event event(event_kind kind, nanoseconds began, nanoseconds ended, bool lasts = false) {
  pause_event x;
  x.kind = kind;
  x.before = at(began);
  x.after = at(ended);
  x.duration = ended - began;
  x.started = x.before.wall;
  x.id = mint_event_id(kind, x.started);
  if (kind == event_kind::stall)
    x.stall.emplace().is_over = !lasts;
  return x;
}

remark word(nanoseconds began, nanoseconds ended, const char* topic = "incident 1") {
  return {topic, "the GPU was reset", at(began), at(ended)};
}

std::size_t count(const std::vector<event_amendment>& x) {
  return x.size();
}

} // namespace

CAF_TEST(what is remarked during an event is evidence of it) {
  remark_book book;
  const auto stall = event(event_kind::stall, 100s, 110s);
  CAF_CHECK(book.learn(stall).empty());
  const auto found = book.learn(word(104s, 105s));
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].id == stall.id);
  CAF_CHECK_EQUAL(found[0].evidence.at(0), "the GPU was reset");
  CAF_CHECK(book.is_attached("incident 1"));
  CAF_CHECK_EQUAL(count(book.learn(word(104s, 106s))), 0u); // of one topic one remark
  CAF_CHECK_EQUAL(count(book.learn(word(111500ms, 112s, "incident 2"))), 0u);
  CAF_CHECK(!book.is_attached("incident 2"));
}

CAF_TEST(an event that is reported after the remark takes it as well) {
  remark_book book;
  CAF_CHECK_EQUAL(count(book.learn(word(104s, 105s))), 0u);
  CAF_CHECK_EQUAL(count(book.learn(event(event_kind::pause, 90s, 95s))), 0u);
  CAF_CHECK_EQUAL(count(book.learn(event(event_kind::pause, 103s, 106s))), 1u);
  CAF_CHECK_EQUAL(count(book.learn(event(event_kind::pause, 103s, 106s))),
                  0u);                        // the same once more
  CAF_CHECK(!book.is_attached("incident 1")); // it is an event of its own already
}

CAF_TEST(a stall that lasts takes what comes until it is over) {
  remark_book book;
  const auto stall = event(event_kind::stall, 100s, 101s, true);
  book.learn(stall);
  CAF_CHECK_EQUAL(count(book.learn(word(130s, 130s))), 1u);
  event_amendment over;
  over.id = stall.id;
  over.over = event_amendment::end{at(140s).wall, 40s};
  book.learn(over);
  CAF_CHECK_EQUAL(count(book.learn(word(150s, 150s, "later"))), 0u);
}

CAF_TEST(neither an incident nor an episode of stress takes remarks) {
  remark_book book;
  for (const auto kind :
       {event_kind::incident, event_kind::critical, event_kind::clock, event_kind::slowed})
    book.learn(event(kind, 100s, 110s));
  CAF_CHECK_EQUAL(count(book.learn(word(104s, 105s))), 0u);
}

CAF_TEST(however many are remarked the book stays small) {
  remark_book book;
  book.learn(event(event_kind::stall, 0s, 10s, true));
  std::size_t taken = 0;
  for (int i = 0; i < 10'000; ++i)
    taken += count(book.learn(word(100s, 100s, ("topic " + std::to_string(i)).c_str())));
  CAF_CHECK_EQUAL(taken, remark_book::most_of_one);
}
