#define CAF_SUITE evidence_reader

#include "actors/forensics_supervisor/evidence_reader_posix.hpp"
#include "actors/host/process_facts.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/test.hpp"

// What perishes of two events, read by real threads from the real system.

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using task = job_order::task;

std::shared_ptr<const capture_subject> event_at(std::chrono::seconds when) {
  auto result = std::make_shared<capture_subject>();
  result->event.event.id = mint_event_id(event_kind::pause, when);
  return result;
}

/// A reading on a thread of its own that stands still until it is released.
class standing_reading {
public:
  /// @param whole how many of the order's artifacts are read before.
  standing_reading(evidence_reader& reader, job_order order, int whole)
    : thread_{[this, &reader, order = std::move(order), whole] {
        int asked = 0;
        reader.read_ahead(order, [&] {
          if (++asked == whole + 2) { // once before it begins, and once after each artifact
            stands_.set_value();
            may_end_.get_future().wait();
          }
          return false;
        });
        if (asked < whole + 2) // it never came so far
          stands_.set_value();
      }} {
    stands_.get_future().wait();
  }
  ~standing_reading() {
    end();
  }
  void end() {
    if (!thread_.joinable())
      return;
    may_end_.set_value();
    thread_.join();
  }

private:
  std::promise<void> stands_, may_end_;
  std::thread thread_;
};

struct fixture {
  evidence_reader reader;

  static job_order of(task what, std::chrono::seconds event) {
    job_order order;
    order.what = what;
    order.subject = event_at(event);
    order.perishable = {"pressure", "counters"};
    return order;
  }
  void read_ahead(task what, std::chrono::seconds event) {
    reader.read_ahead(of(what, event), [] { return false; });
  }
  void forget(std::chrono::seconds event) {
    reader.forget(event_at(event)->id());
  }
  /// @returns when what a job of the capture takes was read.
  std::chrono::nanoseconds take(const std::string& name, std::chrono::seconds event,
                                bool is_over = false) {
    auto order = of(task::capture, event);
    order.artifact.name = name;
    return reader.take(order, [is_over] { return is_over; }).at.wall;
  }
  /// @returns a reading of "pressure" that stands still.
  standing_reading read_for_long(task what, std::chrono::seconds event) {
    return {reader, of(what, event), 0};
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(evidence_reader_tests, fixture)

CAF_TEST(what was being read as its time was up is read anew) {
  reader.read_ahead(of(task::measure, 1s), [] { return true; });
  const auto over = read_clocks().wall;
  CAF_CHECK(take("pressure", 1s) >= over);
  CAF_CHECK(take("counters", 1s) >= over);
}

CAF_TEST(what was read of one event is not dropped with another) {
  read_ahead(task::measure, 1s);
  const auto known = read_clocks().wall;
  forget(2s);
  CAF_CHECK(take("pressure", 1s) < known);
  forget(1s);
  CAF_CHECK(take("counters", 1s) >= known);
}

CAF_TEST(an event that waits is read beside a reading of the captured one that does not end) {
  auto captured = read_for_long(task::measure, 1s);
  read_ahead(task::read, 2s);
  const auto known = read_clocks().wall;
  captured.end();
  CAF_CHECK(take("pressure", 1s) < known);
  read_ahead(task::measure, 2s);
  CAF_CHECK(take("pressure", 2s) < known);
}

CAF_TEST(
  what is captured is taken as it was read beside a reading of the next event that does not end) {
  read_ahead(task::measure, 1s);
  const auto known = read_clocks().wall;
  auto waits = read_for_long(task::read, 2s);
  CAF_CHECK(take("pressure", 1s) < known);
  CAF_CHECK(take("counters", 1s) < known);
}

CAF_TEST(what was read of an event is taken while the rest of it is still being read) {
  standing_reading captured{reader, of(task::measure, 1s), 1};
  const auto known = read_clocks().wall;
  CAF_CHECK(take("pressure", 1s) < known);
}

CAF_TEST(what another thread does not end reading is read anew) {
  auto captured = read_for_long(task::measure, 1s);
  const auto known = read_clocks().wall;
  CAF_CHECK(take("counters", 1s) >= known);
}

CAF_TEST(an event whose turn comes while it is read is captured as it was read) {
  auto its_own = read_for_long(task::read, 1s);
  read_ahead(task::measure, 1s);
  read_ahead(task::read, 2s);
  const auto known = read_clocks().wall;
  its_own.end();
  CAF_CHECK(take("pressure", 1s) < known);
  read_ahead(task::measure, 2s);
  CAF_CHECK(take("pressure", 2s) < known);
}

CAF_TEST(what is still being read of an event is dropped as well) {
  auto given_up = read_for_long(task::read, 1s);
  forget(1s);
  given_up.end();
  const auto known = read_clocks().wall;
  read_ahead(task::measure, 1s);
  CAF_CHECK(take("pressure", 1s) >= known);
}

CAF_TEST(what is captured is kept however many events wait and need not any more) {
  read_ahead(task::measure, 1s);
  read_ahead(task::read, 2s);
  forget(2s);
  forget(3s); // its job was the faster one
  read_ahead(task::read, 3s);
  read_ahead(task::read, 4s);
  const auto known = read_clocks().wall;
  CAF_CHECK(take("pressure", 1s) < known);
  read_ahead(task::measure, 4s);
  CAF_CHECK(take("pressure", 4s) < known);
}

CAF_TEST(what was read of an event that waited is kept beside the next one that waits) {
  read_ahead(task::read, 1s);
  const auto known = read_clocks().wall;
  read_ahead(task::measure, 1s);
  read_ahead(task::read, 2s);
  CAF_CHECK(take("pressure", 1s) < known);
}

CAF_TEST(a job that is late for its own capture takes no place of the next one) {
  read_ahead(task::measure, 2s);
  const auto known = read_clocks().wall;
  const bool is_over = true;
  CAF_CHECK(take("pressure", 1s, is_over) >= known);
  CAF_CHECK(take("pressure", 2s) < known);
}

CAF_TEST_FIXTURE_SCOPE_END()
