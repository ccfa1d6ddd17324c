#define CAF_SUITE track_shortage

#include "actors/flight_recorder/blame_by_deltas.hpp"
#include "actors/flight_recorder/compose_event.hpp"
#include "actors/flight_recorder/track_shortage.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

constexpr double mib = 1 << 20;
constexpr double wall_at_0 = 1.7e9;

process_sample process(std::int64_t pid, const std::string& name, double bytes, double started = wall_at_0 - 1000) {
  process_sample x;
  x.pid = pid;
  x.start_time = started;
  x.name = name;
  x.mem_bytes = bytes;
  return x;
}

/// A machine of 200 MiB, which is asked each second.
scored_sample second_at(int second, double available, std::vector<process_sample> processes) {
  scored_sample x;
  const auto at = std::chrono::seconds{second};
  x.system.tick = static_cast<std::uint64_t>(second);
  x.system.at = {at, at, std::chrono::seconds{static_cast<long>(wall_at_0)} + at};
  x.system.interval = 1s;
  x.system.mem_available = available;
  x.system.mem_total = 200 * mib;
  x.processes_seen = at - 100ms;
  x.processes_window = 1s;
  x.processes = std::move(processes);
  return x;
}

pause_event stall_between(std::chrono::nanoseconds began, std::chrono::nanoseconds ended) {
  pause_event x;
  x.kind = event_kind::stall;
  x.before.awake = began;
  x.after.awake = ended;
  x.duration = ended - began;
  explain_stall(x, {stall_resource::memory, {}, {}, {}, true});
  return x;
}

struct fixture {
  shortage_tracker tracker;
  void add(int second, double available, std::vector<process_sample> processes) {
    tracker.add(second_at(second, available, std::move(processes)));
  }
  using moment = std::chrono::nanoseconds;
  std::optional<memory_shortage> found(moment began = 103s, moment ended = 110s) const {
    return tracker.during(stall_between(began, ended));
  }
  double gained(std::int64_t pid, moment began = 103s, moment ended = 110s) const {
    const auto shortage = found(began, ended);
    if (shortage)
      for (const auto& x : shortage->holders)
        if (x.pid == pid)
          return x.gained.value_or(-1);
    return -2;
  }
};

const culprit_policy policy;

} // namespace

CAF_TEST_FIXTURE_SCOPE(track_shortage_tests, fixture)

CAF_TEST(growth counts from the last time that memory was ample and not from the begin of a stall) {
  add(100, 150 * mib, {process(1, "hog", 10 * mib)});
  add(101, 30 * mib, {process(1, "hog", 130 * mib)});
  for (int second = 102; second < 110; ++second)
    add(second, 5 * mib, {process(1, "hog", 160 * mib)});
  CAF_REQUIRE(found().has_value());
  CAF_CHECK(found()->grew_since == 100s);
  CAF_CHECK_EQUAL(gained(1), 150 * mib);
}

CAF_TEST(what is read again of what was evicted is no growth) {
  add(100, 150 * mib, {process(2, "victim", 24 * mib)});
  add(102, 5 * mib, {process(2, "victim", 3 * mib)});
  add(104, 5 * mib, {process(2, "victim", 24 * mib)});
  CAF_CHECK_EQUAL(gained(2), 0);
  const auto shortage = found();
  CAF_REQUIRE(shortage && find_holder(*shortage, process(2, "", 0)) != nullptr);
  CAF_CHECK_EQUAL(find_holder(*shortage, process(2, "", 0))->held(), 3 * mib);
}

CAF_TEST(one that has begun since had nothing and what an older one had that did not run is not known) {
  add(100, 150 * mib, {process(2, "victim", 24 * mib)});
  add(102, 5 * mib, {process(1, "hog", 160 * mib, wall_at_0 + 101), process(3, "sleeper", 40 * mib)});
  const auto shortage = found();
  CAF_REQUIRE(shortage.has_value());
  CAF_REQUIRE_EQUAL(shortage->holders.size(), 2u);
  CAF_CHECK_EQUAL(shortage->holders[0].gained.value_or(-1), 160 * mib);
  CAF_CHECK(!shortage->holders[1].gained);
}

CAF_TEST(a process that idled at the last ample moment has what it had when it ran before) {
  add(90, 150 * mib, {process(1, "hog", 20 * mib)});
  add(100, 150 * mib, {process(2, "victim", 24 * mib)});
  add(102, 5 * mib, {process(1, "hog", 160 * mib)});
  CAF_CHECK_EQUAL(gained(1), 140 * mib);
}

CAF_TEST(what a process had long before memory was ample for the last time says nothing of its growth) {
  add(30, 150 * mib, {process(1, "jvm", 20 * mib)});
  add(100, 150 * mib, {process(2, "hog", 10 * mib)});
  add(102, 5 * mib, {process(1, "jvm", 80 * mib), process(2, "hog", 90 * mib)});
  CAF_CHECK_EQUAL(gained(1), -1); // it grew at some time in 70 s, and memory was ample all the while
  CAF_CHECK_EQUAL(gained(2), 80 * mib);
}

CAF_TEST(a size lasts for two windows of a slow sampler) {
  const auto slow = [this](int second, double available, std::vector<process_sample> processes) {
    auto x = second_at(second, available, std::move(processes));
    x.processes_window = 60s;
    tracker.add(x);
  };
  slow(10, 150 * mib, {process(1, "hog", 20 * mib)});
  slow(100, 150 * mib, {process(2, "victim", 24 * mib)});
  slow(103, 5 * mib, {process(1, "hog", 160 * mib)});
  CAF_CHECK_EQUAL(gained(1), 140 * mib);
}

CAF_TEST(who grew stays known when memory is ample again) {
  add(100, 150 * mib, {process(1, "hog", 10 * mib)});
  add(103, 5 * mib, {process(1, "hog", 160 * mib)});
  add(104, 5 * mib, {process(1, "hog", 150 * mib)});
  add(105, 150 * mib, {process(1, "hog", 1 * mib)});
  add(106, 150 * mib, {process(1, "hog", 1 * mib)});
  CAF_CHECK_EQUAL(gained(1), 150 * mib);
  CAF_CHECK(!found(107s, 110s)); // it was over by then
  CAF_CHECK(!found(50s, 60s));
}

CAF_TEST(of two shortages that counts in which the event happened for the most part) {
  add(100, 150 * mib, {process(1, "first", 10 * mib)});
  add(103, 5 * mib, {process(1, "first", 160 * mib)});
  add(104, 150 * mib, {process(2, "second", 10 * mib)});
  add(106, 5 * mib, {process(2, "second", 160 * mib)});
  add(110, 5 * mib, {process(2, "second", 160 * mib)});
  CAF_REQUIRE(found(103s, 110s).has_value());
  CAF_CHECK_EQUAL(found(103s, 110s)->holders.front().name, "second");
  CAF_REQUIRE(found(102s, 104s).has_value());
  CAF_CHECK_EQUAL(found(102s, 104s)->holders.front().name, "first");
}

CAF_TEST(pressure makes memory scarce however much there is of it) {
  auto x = second_at(100, 150 * mib, {});
  CAF_CHECK(is_memory_ample(x.system));
  x.system.psi_mem_some = 10;
  CAF_CHECK(!is_memory_ample(x.system));
  CAF_CHECK(!is_memory_ample(second_at(100, 39 * mib, {}).system));
  CAF_CHECK(is_memory_ample(second_at(100, 40 * mib, {}).system));
  x.system.mem_available.reset();
  CAF_CHECK(!is_memory_ample(x.system));
}

CAF_TEST(where memory is never ample growth counts from the best moment of the last ten minutes) {
  add(100, 12 * mib, {process(1, "steady", 150 * mib), process(2, "hog", 10 * mib)});
  add(200, 16 * mib, {process(1, "steady", 146 * mib), process(2, "hog", 12 * mib)});
  add(201, 4 * mib, {process(1, "steady", 146 * mib), process(2, "hog", 24 * mib)});
  CAF_CHECK_EQUAL(gained(1, 200s, 201s), 0);
  CAF_CHECK_EQUAL(gained(2, 200s, 201s), 12 * mib);
  add(801, 4 * mib, {process(2, "hog", 25 * mib)}); // the best moment was longer ago
  CAF_CHECK_EQUAL(gained(2, 800s, 801s), 0);
}

CAF_TEST(processes and shortages that are remembered are bounded) {
  std::vector<process_sample> many;
  for (std::int64_t pid = 1; pid <= 1000; ++pid)
    many.push_back(process(pid, "x", mib));
  add(100, 150 * mib, many);
  add(101, 150 * mib, {process(2000, "latest", mib)});
  add(102, 5 * mib, many);
  CAF_REQUIRE(found().has_value());
  CAF_CHECK_EQUAL(found()->holders.size(), shortage_tracker::most_processes);
  add(103, 5 * mib, {process(1, "x", 2 * mib)});
  CAF_CHECK_EQUAL(gained(1), mib);
  for (int second = 104; second < 124; second += 2) {
    add(second, 150 * mib, {});
    add(second + 1, 5 * mib, {});
  }
  CAF_CHECK(!found(101s, 103s));
}

CAF_TEST(one that grows late is known however many came before it) {
  add(100, 150 * mib, {process(2, "victim", 24 * mib)});
  std::int64_t pid = 1000;
  for (int second = 101; second < 121; ++second) {
    std::vector<process_sample> many;
    for (int i = 0; i < 20; ++i)
      many.push_back(process(++pid, "sh", mib, wall_at_0 + second));
    add(second, 30 * mib, many);
  }
  add(121, 30 * mib, {process(1, "ld", 2 * mib, wall_at_0 + 121)});
  add(122, 5 * mib, {process(1, "ld", 100 * mib, wall_at_0 + 121)});
  CAF_CHECK_EQUAL(gained(1, 121s, 124s), 100 * mib);
}

CAF_TEST(one that idles holds what it gained while there is room for that) {
  add(100, 150 * mib, {process(1, "hog", 10 * mib)});
  add(102, 30 * mib, {process(1, "hog", 90 * mib)});
  for (int second = 103; second < 160; ++second)
    add(second, 30 * mib, {process(second, "cc1plus", 20 * mib, wall_at_0 + second)});
  CAF_CHECK_EQUAL(gained(1, 155s, 160s), 80 * mib);
  const auto shortage = found(155s, 160s);
  CAF_REQUIRE(shortage.has_value());
  CAF_CHECK(shortage->gained() <= 140 * mib); // about the 120 that are no longer available
}

CAF_TEST(memory that one had after another is not added up) {
  add(100, 150 * mib, {process(3, "victim", 24 * mib)});
  add(102, 20 * mib, {process(1, "first", 120 * mib, wall_at_0 + 101)});
  for (int second = 104; second < 130; ++second)
    add(second, 25 * mib, {process(2, "second", 110 * mib, wall_at_0 + 103)});
  CAF_CHECK_EQUAL(gained(1), 120 * mib); // as most was held
  CAF_CHECK_EQUAL(gained(2), -2);
  CAF_CHECK_EQUAL(gained(1, 108s, 112s), 120 * mib); // it had just ended
  CAF_CHECK_EQUAL(gained(1, 120s, 130s), -2);        // long before
  CAF_CHECK_EQUAL(gained(2, 120s, 130s), 110 * mib);
}

CAF_TEST(one that idles has not ended because another let go of some memory) {
  add(100, 150 * mib, {process(1, "hog", 10 * mib)});
  add(102, 5 * mib, {process(1, "hog", 150 * mib)});
  for (int second = 103; second < 130; ++second)
    add(second, 35 * mib, {process(2, "victim", 24 * mib)});
  CAF_CHECK_EQUAL(gained(1, 125s, 130s), 140 * mib);
}

CAF_TEST(one that idles has not ended because an older one maps a file) {
  add(100, 150 * mib, {process(1, "hog", 10 * mib), process(2, "db", 10 * mib)});
  add(102, 35 * mib, {process(1, "hog", 120 * mib), process(2, "db", 10 * mib)});
  for (int second = 103; second < 130; ++second) // no more is taken: these are pages of a file
    add(second, 35 * mib, {process(2, "db", 100 * mib)});
  CAF_CHECK_EQUAL(gained(1), 110 * mib);
  CAF_CHECK_EQUAL(gained(1, 125s, 130s), 110 * mib);
}

CAF_TEST(one that idles has not ended because another has more in memory than is missing) {
  add(100, 150 * mib, {process(1, "hog", 10 * mib)});
  add(102, 35 * mib, {process(1, "hog", 120 * mib)});
  for (int second = 103; second < 130; ++second)
    add(second, 35 * mib, {process(2, "scan", 180 * mib, wall_at_0 + 103)});
  CAF_CHECK_EQUAL(gained(1, 125s, 130s), 110 * mib);
}

CAF_TEST(one that idles has not ended because another once had what it has given back) {
  add(100, 150 * mib, {process(1, "hog", 10 * mib)});
  add(101, 70 * mib,
      {process(1, "hog", 10 * mib), process(2, "worker", 80 * mib, wall_at_0 + 101)});
  add(102, 30 * mib,
      {process(1, "hog", 10 * mib), process(2, "worker", 120 * mib, wall_at_0 + 101)});
  add(103, 30 * mib,
      {process(1, "hog", 110 * mib), process(2, "worker", 20 * mib, wall_at_0 + 101)});
  for (int second = 104; second < 130; ++second)
    add(second, 30 * mib, {process(2, "worker", 20 * mib, wall_at_0 + 101)});
  CAF_CHECK_EQUAL(gained(1, 125s, 130s), 100 * mib);
}

CAF_TEST(one that has ended is gone however much another has in memory) {
  const auto pressed = [this](int second, double available, std::vector<process_sample> processes) {
    auto x = second_at(second, available, std::move(processes));
    x.system.psi_mem_some = 50;
    tracker.add(x);
  };
  add(100, 150 * mib, {process(1, "hog", 10 * mib), process(2, "db", 10 * mib)});
  pressed(102, 5 * mib, {process(1, "hog", 140 * mib), process(2, "db", 60 * mib)});
  for (int second = 103; second < 130; ++second)
    pressed(second, 140 * mib, {process(2, "db", 60 * mib)});
  CAF_CHECK_EQUAL(gained(1, 125s, 130s), -2);
}

CAF_TEST(one that is listed again had not ended) {
  add(100, 150 * mib, {process(1, "hog", 10 * mib)});
  add(102, 20 * mib, {process(1, "hog", 120 * mib)});
  add(103, 39 * mib, {process(2, "other", 80 * mib, wall_at_0 + 103)}); // a third one let go of much
  CAF_CHECK_EQUAL(gained(1, 125s, 130s), -2);
  for (int second = 104; second < 130; ++second)
    add(second, 10 * mib, {process(1, "hog", 120 * mib)});
  CAF_CHECK_EQUAL(gained(1, 125s, 130s), 110 * mib);
}

CAF_TEST(those that grew are charged in proportion and those that read again are not) {
  sample_history history{lead_up_policy{}};
  const auto three = [](double more, double less, double victim) {
    return std::vector{process(1, "more", more * mib), process(2, "less", less * mib),
                       process(3, "victim", victim * mib)};
  };
  history.add(second_at(100, 150 * mib, three(10, 10, 24)));
  history.add(second_at(102, 5 * mib, three(100, 40, 2)));
  auto later = second_at(104, 5 * mib, three(100, 40, 23));
  later.processes[2].io_read = 20e6;
  history.add(later);
  const auto found = compose_event(stall_between(102500ms, 106500ms), history, lead_up_policy{}, policy);
  CAF_REQUIRE_EQUAL(found.culprits.size(), 2u);
  CAF_CHECK_EQUAL(found.culprits[0].name, "more");
  CAF_CHECK_EQUAL(found.culprits[1].name, "less");
  CAF_REQUIRE(found.event.blame.has_value());
  const auto& blame = *found.event.blame;
  CAF_CHECK(blame.source == blame_source::deltas); // grew in 4 s, and the stall is of 4 s
  CAF_REQUIRE_EQUAL(blame.doers.size(), 2u);
  CAF_CHECK_EQUAL(blame.doers[0].name, "more");
  CAF_CHECK(blame.doers[0].held == 3s);
  CAF_CHECK_EQUAL(blame.doers[0].bytes.value_or(0), 90 * mib);
  CAF_CHECK(blame.doers[1].held == 1s);
}

CAF_TEST(a build that runs one compiler after the other covers no hog) {
  sample_history history{lead_up_policy{}};
  history.add(second_at(100, 150 * mib, {process(1, "hog", 10 * mib)}));
  for (int second = 101; second < 131; ++second)
    history.add(second_at(second, 30 * mib,
                          {process(1, "hog", 70 * mib),
                           process(second, "cc1plus", 20 * mib, wall_at_0 + second)}));
  const auto found = compose_event(stall_between(126s, 130s), history, lead_up_policy{}, policy);
  CAF_CHECK(std::any_of(found.culprits.begin(), found.culprits.end(),
                        [](const culprit& x) { return x.name == "hog"; }));
  CAF_REQUIRE(found.event.blame.has_value());
  const auto& doers = found.event.blame->doers;
  CAF_REQUIRE_EQUAL(doers.size(), 2u);
  const auto& hog = doers[0].name == "hog" ? doers[0] : doers[1];
  CAF_CHECK_EQUAL(hog.name, "hog");
  CAF_CHECK(hog.held >= 1600ms); // of 4 s; the compilers had 600 MiB in all
}

CAF_TEST(who gained a trifle of what was gained is charged with it and not named) {
  sample_history history{lead_up_policy{}};
  history.add(second_at(100, 150 * mib, {process(1, "hog", 10 * mib), process(2, "other", 10 * mib)}));
  history.add(second_at(102, 5 * mib, {process(1, "hog", 130 * mib), process(2, "other", 20 * mib)}));
  const auto found = compose_event(stall_between(102500ms, 106500ms), history, lead_up_policy{}, policy);
  CAF_REQUIRE_EQUAL(found.culprits.size(), 1u);
  CAF_CHECK_EQUAL(found.culprits[0].name, "hog");
  CAF_REQUIRE(found.event.blame.has_value());
  CAF_CHECK_EQUAL(found.event.blame->doers.size(), 2u);
}

CAF_TEST(a growth over much longer than the stall is weak) {
  sample_history history{lead_up_policy{}};
  history.add(second_at(80, 150 * mib, {process(1, "leak", 10 * mib)}));
  for (int second = 81; second < 104; ++second)
    history.add(second_at(second, 20 * mib, {process(1, "leak", 120 * mib)}));
  const auto found = compose_event(stall_between(102s, 104s), history, lead_up_policy{}, policy);
  CAF_REQUIRE(found.event.blame.has_value());
  CAF_CHECK(found.event.blame->source == blame_source::weak);
  CAF_REQUIRE_EQUAL(found.culprits.size(), 1u);
  CAF_CHECK_EQUAL(found.culprits[0].name, "leak");
}

CAF_TEST(where none grew the one that holds most that it cannot give back is named as a guess) {
  sample_history history{lead_up_policy{}};
  for (int second = 100; second < 108; ++second)
    history.add(second_at(
      second, 5 * mib, {process(1, "holder", 120 * mib), process(2, "reader", (second % 2 ? 4 : 90) * mib)}));
  const auto found = compose_event(stall_between(101s, 107s), history, lead_up_policy{}, policy);
  CAF_REQUIRE(found.event.blame.has_value());
  CAF_CHECK(found.event.blame->source == blame_source::weak);
  CAF_REQUIRE(!found.event.blame->doers.empty());
  CAF_CHECK_EQUAL(found.event.blame->doers[0].name, "holder");
  CAF_REQUIRE(!found.culprits.empty());
  CAF_CHECK_EQUAL(found.culprits[0].name, "holder");
}

CAF_TEST(a process that made memory scarce and ended is named though no later sample has it) {
  sample_history history{lead_up_policy{}};
  history.add(second_at(100, 150 * mib, {process(3, "victim", 24 * mib)}));
  history.add(second_at(102, 5 * mib, {process(1, "hog", 150 * mib, wall_at_0 + 101)}));
  for (int second = 103; second < 107; ++second)
    history.add(second_at(second, 10 * mib, {process(3, "victim", 24 * mib)}));
  const auto found = compose_event(stall_between(102500ms, 107s), history, lead_up_policy{}, policy);
  CAF_REQUIRE(!found.culprits.empty());
  CAF_CHECK_EQUAL(found.culprits[0].name, "hog");
  CAF_CHECK_EQUAL(found.culprits[0].reason, "gained 157 MB of memory, held 75 % of the memory");
}

CAF_TEST_FIXTURE_SCOPE_END()
