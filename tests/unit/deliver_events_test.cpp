#define CAF_SUITE deliver_events

#include "app/export/deliver_events.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

event_row pause(std::int64_t id, double ended) {
  event_row x;
  x.id = id;
  x.event_id = 1'764'000'000'000'000'000 + id;
  x.kind = "pause";
  x.cause = "io";
  x.scope = "system";
  x.started = ended - 2;
  x.ended = ended;
  x.duration = 2;
  return x;
}

http_answer answered(int status) {
  http_answer x;
  x.status = status;
  return x;
}

/// A history, a receiver and two clocks.
struct world {
  std::vector<event_row> rows;
  std::map<std::string, int> received; ///< How often, by event id.
  std::vector<std::size_t> sizes;      ///< Of the requests.
  std::function<http_answer(const std::vector<exported_event>&)> receiver = [](const auto&) { return answered(200); };
  double wall = 1'764'000'000;
  std::chrono::nanoseconds now = 1000s;
  std::size_t most_read = 0;

  event_source source() {
    event_source result;
    result.newest = [this] { return rows.empty() ? 0 : rows.back().id; };
    result.after = [this](std::int64_t id, std::size_t most) {
      std::vector<event_row> found;
      for (const auto& x : rows)
        if (x.id > id && found.size() < most)
          found.push_back(x);
      most_read = std::max(most_read, found.size());
      return found;
    };
    result.find = [this](std::int64_t id) -> std::optional<event_row> {
      for (const auto& x : rows)
        if (x.id == id)
          return x;
      return std::nullopt;
    };
    return result;
  }
  send_events send() {
    return [this](const std::vector<exported_event>& events) {
      sizes.push_back(events.size());
      const auto answer = receiver(events);
      if (answer.status == 200)
        for (const auto& x : events)
          ++received[x.event_id + (x.lasts ? "b" : "")];
      return answer;
    };
  }
  event_delivery delivery(std::optional<export_cursor> cursor = export_cursor{}) {
    return {source(), send(), std::move(cursor), 0.5};
  }
  void pass(std::chrono::nanoseconds time) {
    now += time;
    wall += std::chrono::duration<double>(time).count();
  }
  /// Lets time pass as the carrier would: from one due moment to the next. @returns how many steps were taken.
  std::size_t run(event_delivery& x, std::chrono::nanoseconds time) {
    const auto until = now + time;
    std::size_t steps = 0;
    while (x.next() && *x.next() <= until) {
      if (*x.next() > now)
        pass(*x.next() - now);
      x.step(wall, now);
      ++steps;
    }
    if (until > now)
      pass(until - now);
    return steps;
  }
};

} // namespace

CAF_TEST(what is known in full is sent once and in order) {
  world w;
  for (int i = 1; i <= 250; ++i)
    w.rows.push_back(pause(i, w.wall - 1000 + i));
  auto x = w.delivery();
  w.run(x, 10s);
  CAF_CHECK_EQUAL(w.received.size(), 250u);
  CAF_CHECK(std::all_of(w.received.begin(), w.received.end(), [](const auto& y) { return y.second == 1; }));
  CAF_CHECK_EQUAL(w.sizes, (std::vector<std::size_t>{100, 100, 50}));
  CAF_CHECK_EQUAL(x.cursor()->through, 250);
  CAF_CHECK(!x.next().has_value());
}

CAF_TEST(a receiver that is new gets what happens from then on) {
  world w;
  w.rows.push_back(pause(1, w.wall - 1000));
  auto x = w.delivery(std::nullopt);
  w.run(x, 10s);
  CAF_CHECK(w.received.empty());
  CAF_CHECK_EQUAL(x.cursor()->through, 1);
  w.rows.push_back(pause(2, w.wall - 10));
  x.wake(w.now);
  w.run(x, 10s);
  CAF_CHECK_EQUAL(w.received.size(), 1u);
}

CAF_TEST(an event is sent when its scope is known) {
  world w;
  w.rows.push_back(pause(1, w.wall));
  w.rows[0].scope = "unknown";
  auto x = w.delivery();
  w.run(x, 20s);
  CAF_CHECK(w.received.empty());
  w.rows[0].scope = "system";
  w.run(x, 5s);
  CAF_CHECK_EQUAL(w.received.size(), 1u);
}

CAF_TEST(what lasts is sent when it has begun and when it is over) {
  world w;
  event_row stall = pause(1, w.wall + 1);
  stall.kind = "stall";
  stall.started = w.wall;
  stall.stall = R"({"resource":"disk","name":"sda","over":false})";
  w.rows = {stall, pause(2, w.wall - 100)};
  auto x = w.delivery();
  w.run(x, 5s);
  CAF_CHECK_EQUAL(w.received.size(), 1u); // what came later does not wait
  w.run(x, 3600s);
  CAF_CHECK_EQUAL(w.received.size(), 2u);
  w.rows[0].stall = R"({"resource":"disk","name":"sda","over":true})";
  w.rows[0].ended = w.wall;
  w.run(x, 30s);
  const auto id = std::to_string(*stall.event_id);
  CAF_CHECK_EQUAL(w.received.at(id + "b"), 1);
  CAF_CHECK_EQUAL(w.received.at(id), 1);
  CAF_CHECK(x.cursor()->open.empty());
}

CAF_TEST(a receiver that is away for a week misses nothing and is not asked all the time) {
  world w;
  w.receiver = [](const auto&) {
    http_answer x;
    x.problem = "connection refused";
    return x;
  };
  auto x = w.delivery();
  std::size_t steps = 0;
  std::int64_t id = 0;
  for (int hour = 0; hour < 7 * 24; ++hour) {
    for (int i = 0; i < 10; ++i)
      w.rows.push_back(pause(++id, w.wall - 10));
    x.wake(w.now);
    steps += w.run(x, 1h);
  }
  CAF_CHECK(w.received.empty());
  CAF_CHECK(!x.trouble().empty());
  CAF_CHECK(steps < 7 * 24 * 13);
  CAF_CHECK(w.most_read <= most_events_at_once);
  w.receiver = [](const auto&) { return answered(200); };
  w.run(x, 10min);
  CAF_CHECK_EQUAL(w.received.size(), 1680u);
  CAF_CHECK(std::all_of(w.received.begin(), w.received.end(), [](const auto& y) { return y.second == 1; }));
  CAF_CHECK_EQUAL(x.trouble(), "");
}

CAF_TEST(a receiver is left alone for as long as it asks) {
  world w;
  w.rows.push_back(pause(1, w.wall - 100));
  w.receiver = [](const auto&) {
    auto x = answered(429);
    x.retry_after = 120s;
    return x;
  };
  auto x = w.delivery();
  CAF_CHECK_EQUAL(w.run(x, 1s), 1u);
  x.wake(w.now); // something new is no reason either
  CAF_CHECK_EQUAL(w.run(x, 115s), 0u);
  CAF_CHECK_EQUAL(w.run(x, 10s), 1u);
}

CAF_TEST(an answer that is cut off is none and the event comes again with the same id) {
  world w;
  w.rows.push_back(pause(1, w.wall - 100));
  int requests = 0;
  w.receiver = [&](const auto&) {
    if (++requests == 1) { // it had it, and did not get to say so
      ++w.received[std::to_string(*w.rows[0].event_id)];
      http_answer x;
      x.problem = "transfer closed with outstanding read data remaining";
      return x;
    }
    return answered(200);
  };
  auto x = w.delivery();
  w.run(x, 1min);
  CAF_CHECK_EQUAL(w.received.size(), 1u);
  CAF_CHECK_EQUAL(w.received.begin()->second, 2);
}

CAF_TEST(one event that is refused holds up no other) {
  world w;
  for (int i = 1; i <= 40; ++i)
    w.rows.push_back(pause(i, w.wall - 1000 + i));
  w.receiver = [](const std::vector<exported_event>& events) {
    return answered(std::any_of(events.begin(), events.end(), [](const auto& y) { return y.id == 17; }) ? 400 : 200);
  };
  auto x = w.delivery();
  w.run(x, 10s);
  CAF_CHECK_EQUAL(w.received.size(), 39u);
  CAF_CHECK_EQUAL(x.refused(), 1u);
}

CAF_TEST(a receiver that takes little at once gets little at once) {
  world w;
  for (int i = 1; i <= 100; ++i)
    w.rows.push_back(pause(i, w.wall - 1000 + i));
  w.receiver = [](const auto& events) { return answered(events.size() > 10 ? 413 : 200); };
  auto x = w.delivery();
  w.run(x, 10s);
  CAF_CHECK_EQUAL(w.received.size(), 100u);
  CAF_CHECK_EQUAL(x.refused(), 0u);
}

CAF_TEST(a wrong secret loses nothing) {
  world w;
  w.rows.push_back(pause(1, w.wall - 100));
  w.receiver = [](const auto&) { return answered(401); };
  auto x = w.delivery();
  CAF_CHECK(w.run(x, 1h) < 15u);
  w.receiver = [](const auto&) { return answered(200); };
  w.run(x, 10min);
  CAF_CHECK_EQUAL(w.received.size(), 1u);
}

CAF_TEST(a successor goes on where the cursor was kept) {
  world w;
  for (int i = 1; i <= 5; ++i)
    w.rows.push_back(pause(i, w.wall - 1000 + i));
  auto before = w.delivery();
  w.run(before, 10s);
  const auto kept = parse_export_cursor(to_text(*before.cursor()));
  CAF_REQUIRE(kept.has_value());
  w.rows.push_back(pause(6, w.wall - 10));
  auto after = w.delivery(kept);
  w.run(after, 10s);
  CAF_CHECK_EQUAL(w.received.size(), 6u);
  CAF_CHECK(std::all_of(w.received.begin(), w.received.end(), [](const auto& y) { return y.second == 1; }));
}

CAF_TEST(an event that was removed is not waited for) {
  world w;
  w.rows.push_back(pause(1, w.wall));
  w.rows[0].scope = "unknown";
  auto x = w.delivery();
  w.run(x, 3s);
  CAF_CHECK_EQUAL(x.cursor()->open.size(), 1u);
  w.rows.clear();
  w.run(x, 10s);
  CAF_CHECK(x.cursor()->open.empty());
  CAF_CHECK(!x.next().has_value());
}

CAF_TEST(a cursor that is none is not taken) {
  for (const auto* text : {"", "x", "-1", "1 2x", "1 b", "1b"})
    CAF_CHECK(!parse_export_cursor(text).has_value());
  const export_cursor x{123, {{120, false}, {121, true}}};
  CAF_CHECK(parse_export_cursor(to_text(x)) == x);
}
