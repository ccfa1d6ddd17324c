#define CAF_SUITE compose_log

#include "actors/switch_recorder/choose_recording.hpp"
#include "actors/switch_recorder/compose_log.hpp"
#include "messages/time.hpp"

#include <cstring>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// The records of a CPU, written in the order of time; the ring has the newest first.
struct cpu_ring {
  std::vector<std::vector<std::byte>> records;

  template <class... Ts>
  void add(std::uint32_t type, std::uint16_t flags, std::chrono::nanoseconds at, Ts... fields) {
    auto& to = records.emplace_back();
    const auto append = [&to](auto x) {
      const auto end = to.size();
      to.resize(end + sizeof x);
      std::memcpy(to.data() + end, &x, sizeof x);
    };
    append(type), append(flags), append(static_cast<std::uint16_t>(8 + sizeof...(fields) * 4 + 8));
    (append(static_cast<std::int32_t>(fields)), ...);
    append(static_cast<std::uint64_t>(at.count()));
  }
  void left(std::chrono::nanoseconds at, std::int32_t from, std::int32_t to, bool was_ready) {
    add(15, was_ready ? 0x6000 : 0x2000, at, to, to, from, from);
  }
  void came(std::chrono::nanoseconds at, std::int32_t from, std::int32_t to) {
    add(15, 0, at, from, from, to, to);
  }
  void seen(std::chrono::nanoseconds at, std::int32_t who) {
    add(9, 0, at, who, who);
  }
  void switched(std::chrono::nanoseconds at, std::int32_t from, std::int32_t to, bool was_ready) {
    left(at, from, to, was_ready);
    came(at + 1us, from, to);
  }
  cpu_log log(std::chrono::nanoseconds since, std::chrono::nanoseconds taken) {
    std::vector<std::byte> bytes;
    for (auto i = records.rbegin(); i != records.rend(); ++i)
      bytes.insert(bytes.end(), i->begin(), i->end());
    return compose_log(3, bytes.data(), bytes.size(), {since, taken}, names, lost);
  }
  recorded_names names;
  std::uint64_t lost = 0;
};

} // namespace

CAF_TEST(the records of a CPU say who was on it and whether they would have gone on) {
  cpu_ring ring;
  ring.switched(10s, 0, 21, true);
  ring.switched(11s, 21, 22, true);
  ring.switched(12s, 22, 0, false);
  ring.switched(13s, 0, 21, true);
  const auto log = ring.log(0s, 14s);
  CAF_CHECK_EQUAL(log.number, 3u);
  CAF_CHECK(log.covers_from == 10s);
  CAF_REQUIRE_EQUAL(log.stretches.size(), 3u);
  CAF_CHECK((log.stretches[0] == task_stretch{10s + 1us, 11s, 21, 21, true}));
  CAF_CHECK((log.stretches[1] == task_stretch{11s + 1us, 12s, 22, 22, false}));
  CAF_CHECK((log.stretches[2] == task_stretch{13s + 1us, 14s, 21, 21, true})); // still on it
}

CAF_TEST(what ended before the time that is asked for is left out) {
  cpu_ring ring;
  for (int i = 0; i < 100; ++i)
    ring.switched(10s + i * 10ms, 20 + i, 21 + i, true);
  const auto log = ring.log(10'955ms, 11s);
  CAF_CHECK(log.covers_from <= 10'955ms);
  CAF_CHECK_EQUAL(log.stretches.size(), 5u);
}

CAF_TEST(a CPU without any record is not known at all) {
  cpu_ring ring;
  CAF_CHECK(ring.log(0s, 14s).covers_from == 14s);
}

CAF_TEST(what is next to lost records is left out and they are counted) {
  cpu_ring ring;
  ring.switched(10s, 0, 21, true);
  ring.switched(11s, 21, 22, true);
  ring.add(2, 0, 11'500ms, 0, 0, 40, 0);
  ring.switched(12s, 23, 24, true);
  const auto log = ring.log(0s, 13s);
  CAF_CHECK_EQUAL(ring.lost, 40u);
  CAF_REQUIRE_EQUAL(log.stretches.size(), 2u);
  CAF_CHECK_EQUAL(log.stretches[0].pid, 21);
  CAF_CHECK_EQUAL(log.stretches[1].pid, 24);
}

CAF_TEST(a task that came from an idle task of which nothing is recorded was on the CPU) {
  cpu_ring ring;
  ring.left(10s, 20, 0, false);
  ring.came(12s, 0, 21);
  ring.left(13s, 21, 0, false);
  ring.came(15s, 0, 22);
  const auto log = ring.log(0s, 16s);
  CAF_REQUIRE_EQUAL(log.stretches.size(), 2u);
  CAF_CHECK((log.stretches[0] == task_stretch{12s, 13s, 21, 21, false}));
  CAF_CHECK((log.stretches[1] == task_stretch{15s, 16s, 22, 22, true}));
  CAF_CHECK(log.holes.empty());
}

CAF_TEST(a task that ended is the one that had come) {
  cpu_ring ring;
  ring.switched(10s, 0, 21, true);
  ring.left(11s, -1, 22, false);
  ring.came(11s + 1us, -1, 22);
  const auto log = ring.log(0s, 12s);
  CAF_REQUIRE_EQUAL(log.stretches.size(), 2u);
  CAF_CHECK((log.stretches[0] == task_stretch{10s + 1us, 11s, 21, 21, false}));
  CAF_CHECK(log.holes.empty());
}

CAF_TEST(where another task left than came nothing is known) {
  cpu_ring ring;
  ring.switched(10s, 0, 21, true);
  ring.left(12s, 22, 0, false);
  ring.came(12s + 1us, 22, 0);
  ring.left(13s, 0, 23, true);
  ring.came(15s, 25, 24);
  const auto log = ring.log(0s, 16s);
  CAF_REQUIRE_EQUAL(log.stretches.size(), 1u);
  CAF_CHECK_EQUAL(log.stretches[0].pid, 24);
  CAF_REQUIRE_EQUAL(log.holes.size(), 2u);
  CAF_CHECK((log.holes[0] == record_hole{10s + 1us, 12s}));
  CAF_CHECK((log.holes[1] == record_hole{13s, 15s}));
}

CAF_TEST(names and parents of those that ended are kept and a thread names no process) {
  cpu_ring ring;
  std::int32_t words[2];
  const auto named = [&](std::int32_t pid, std::int32_t tid, const char* name) {
    std::memcpy(words, name, 8);
    ring.add(3, 0, 10s, pid, tid, words[0], words[1]);
  };
  ring.add(7, 0, 9s, 50, 40, 50, 40, 0, 0);
  ring.add(7, 0, 9s, 50, 50, 51, 50, 0, 0); // a thread of it
  named(50, 50, "first\0\0");
  named(50, 50, "second\0");
  named(50, 51, "worker\0");
  ring.log(0s, 11s);
  CAF_CHECK_EQUAL(ring.names.names[50], "second");
  CAF_CHECK_EQUAL(ring.names.parents[50], 40);
}

CAF_TEST(a task that is seen by samples is on the CPU until the next one) {
  cpu_ring ring;
  ring.seen(10s, 21);
  ring.seen(10'010ms, 21);
  ring.seen(10'020ms, 0); // idle
  ring.seen(10'030ms, 22);
  ring.seen(10'040ms, -1); // it had ended
  const auto log = ring.log(0s, 10'050ms);
  CAF_CHECK(log.covers_from == 10s);
  CAF_REQUIRE_EQUAL(log.stretches.size(), 2u);
  CAF_CHECK((log.stretches[0] == task_stretch{10s, 10'020ms, 21, 21, false}));
  CAF_CHECK((log.stretches[1] == task_stretch{10'030ms, 10'040ms, 22, 22, false}));
  CAF_REQUIRE_EQUAL(log.sampled.size(), 1u);
  CAF_CHECK((log.sampled[0] == sampled_span{10s, 10'040ms}));
  CAF_REQUIRE_EQUAL(log.holes.size(), 1u);
  CAF_CHECK((log.holes[0] == record_hole{10'040ms, 10'050ms}));
}

CAF_TEST(a sample is believed for two periods and of what follows nothing is known) {
  cpu_ring ring;
  ring.seen(10s, 21);
  ring.seen(10'500ms, 22);
  const auto log = ring.log(0s, 10'501ms);
  CAF_REQUIRE_EQUAL(log.stretches.size(), 2u);
  CAF_CHECK((log.stretches[0] == task_stretch{10s, 10s + 2 * sample_period, 21, 21, false}));
  CAF_CHECK((log.stretches[1] == task_stretch{10'500ms, 10'501ms, 22, 22, false}));
  CAF_REQUIRE_EQUAL(log.holes.size(), 1u);
  CAF_CHECK((log.holes[0] == record_hole{10s + 2 * sample_period, 10'500ms}));
  CAF_REQUIRE_EQUAL(log.sampled.size(), 2u);
}

CAF_TEST(where samples begin the last task that came is believed for no longer than a sample) {
  cpu_ring ring;
  ring.switched(9s, 20, 21, true);
  ring.switched(10s, 21, 22, true);
  ring.seen(10'008ms, 23);
  const auto log = ring.log(0s, 10'010ms);
  CAF_REQUIRE_EQUAL(log.stretches.size(), 3u);
  CAF_CHECK((log.stretches[0] == task_stretch{9s + 1us, 10s, 21, 21, true}));
  CAF_CHECK((log.stretches[1] == task_stretch{10s + 1us, 10'008ms, 22, 22, false}));
  CAF_CHECK((log.stretches[2] == task_stretch{10'008ms, 10'010ms, 23, 23, false}));
  CAF_REQUIRE_EQUAL(log.sampled.size(), 1u);
  CAF_CHECK((log.sampled[0] == sampled_span{10s + 1us, 10'010ms}));
  CAF_CHECK(log.holes.empty());
}

CAF_TEST(where samples end the last one is believed until the first switch) {
  cpu_ring ring;
  ring.seen(10s, 21);
  ring.switched(10'004ms, 22, 23, true); // it came unseen
  ring.switched(11s, 23, 0, false);
  const auto log = ring.log(0s, 12s);
  CAF_REQUIRE_EQUAL(log.stretches.size(), 2u);
  CAF_CHECK((log.stretches[0] == task_stretch{10s, 10'004ms, 21, 21, false}));
  CAF_CHECK((log.stretches[1] == task_stretch{10'004ms + 1us, 11s, 23, 23, false}));
  CAF_REQUIRE_EQUAL(log.sampled.size(), 1u);
  CAF_CHECK((log.sampled[0] == sampled_span{10s, 10'004ms}));
}

CAF_TEST(names are kept while a CPU is sampled) {
  cpu_ring ring;
  ring.seen(10s, 50);
  ring.add(7, 0, 10'001ms, 50, 40, 50, 40, 0, 0);
  ring.seen(10'010ms, 50);
  const auto log = ring.log(0s, 10'012ms);
  CAF_CHECK_EQUAL(ring.names.parents[50], 40);
  CAF_REQUIRE_EQUAL(log.stretches.size(), 1u);
  CAF_CHECK((log.stretches[0] == task_stretch{10s, 10'012ms, 50, 50, false}));
}
