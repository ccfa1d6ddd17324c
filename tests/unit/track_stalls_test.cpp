#define CAF_SUITE track_stalls

#include "actors/witness_keeper/track_stalls.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using what = stall_change::what;

felt_stretch disk(std::string name, std::chrono::nanoseconds began,
                  std::optional<std::chrono::nanoseconds> ended = std::nullopt) {
  return {stall_resource::disk, std::move(name), stall_sense::completion, began, ended, 100ms};
}

felt_stretch of(stall_resource resource, std::chrono::nanoseconds began,
                std::optional<std::chrono::nanoseconds> ended = std::nullopt) {
  return {resource, {}, stall_sense::spawn, began, ended, 100ms};
}

struct fixture {
  witness_keeper_policy policy;
  stall_tracker tracker;
  growth_record lived;

  /// A look in a second that was lived whole.
  std::vector<stall_change> look(std::chrono::nanoseconds now, std::vector<felt_stretch> felt,
                                 std::vector<waiting_process> waiting = {}) {
    lived.add(now, now);
    return tracker.look({now, std::move(felt), std::move(waiting)}, lived, policy);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(track_stalls_tests, fixture)

CAF_TEST(the begin of what may be a stall is doubtful while it is a guess and the stall is new) {
  const auto is_doubtful = [this](std::chrono::nanoseconds now, const felt_stretch& x) {
    return has_doubtful_begin({now, {x}, {}}, policy);
  };
  CAF_CHECK(!is_doubtful(10300ms, disk("sda", 9500ms))); // 0.9 s at most
  CAF_CHECK(is_doubtful(10400ms, disk("sda", 9500ms)));
  CAF_CHECK(is_doubtful(13400ms, disk("sda", 9500ms)));
  CAF_CHECK(!is_doubtful(13500ms, disk("sda", 9500ms)));
  CAF_CHECK(!is_doubtful(11s, disk("sda", 9500ms, 10800ms))); // it is over
  CAF_CHECK(!is_doubtful(11s, of(stall_resource::memory, 9500ms))); // none waits for that alone
  auto known = disk("sda", 9500ms);
  known.uncertainty = 40ms;
  CAF_CHECK(!is_doubtful(11s, known));
}

CAF_TEST(a stretch that lasts is reported once when it is long enough and again when it is over) {
  CAF_CHECK(look(10s, {disk("sda", 9500ms)}).empty());
  const auto begun = look(10600ms, {disk("sda", 9500ms)});
  CAF_REQUIRE_EQUAL(begun.size(), 1u);
  CAF_CHECK(begun[0].change == what::begun);
  CAF_CHECK_EQUAL(begun[0].is.began, 9500ms);
  CAF_CHECK_EQUAL(begun[0].is.facts.name, "sda");
  CAF_CHECK(!begun[0].is.facts.is_over);
  CAF_CHECK(look(12s, {disk("sda", 9500ms)}).empty());
  CAF_CHECK(look(13s, {disk("sda", 9500ms, 12500ms)}).empty()); // it might go on at once
  const auto over = look(15s, {});
  CAF_REQUIRE_EQUAL(over.size(), 1u);
  CAF_CHECK(over[0].change == what::over);
  CAF_CHECK_EQUAL(over[0].is.ended, 12500ms);
  CAF_CHECK(over[0].is.facts.is_over);
  CAF_CHECK(tracker.in_progress().empty());
}

CAF_TEST(a stall that goes on is said to every five seconds and later every minute) {
  std::vector<std::chrono::nanoseconds> said;
  for (auto now = std::chrono::nanoseconds{10s}; now <= 190s; now += 500ms)
    for (const auto& x : look(now, {disk("sda", 8s)}))
      if (x.change == what::lasts)
        said.push_back(x.is.ended - x.is.began);
  CAF_CHECK_EQUAL(said, (std::vector<std::chrono::nanoseconds>{5s, 10s, 15s, 20s, 25s, 30s, 35s, 40s, 45s, 50s, 55s, 60s,
                                                             120s, 180s}));
}

CAF_TEST(an end that becomes known late is where it was) {
  look(10s, {disk("sda", 8s)});
  look(11s, {disk("sda", 8s)}); // its words are as old as the child's pace
  CAF_CHECK(look(12s, {disk("sda", 8s, 10700ms)}).empty());
  const auto over = look(13s, {});
  CAF_REQUIRE_EQUAL(over.size(), 1u);
  CAF_CHECK_EQUAL(over[0].is.ended, 10700ms);
}

CAF_TEST(what is not seen any more ended when it was last seen) {
  look(10s, {disk("sda", 8s)});
  look(11s, {disk("sda", 8s)});
  look(12s, {});
  const auto over = look(14s, {});
  CAF_REQUIRE_EQUAL(over.size(), 1u);
  CAF_CHECK_EQUAL(over[0].is.ended, 11s);
}

CAF_TEST(a stretch that was over before a look is one whole stall) {
  look(10s, {disk("sda", 8s, 9900ms)});
  const auto found = look(12s, {});
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].change == what::whole);
}

CAF_TEST(a short stretch is no stall) {
  look(10s, {disk("sda", 9100ms, 9900ms)});
  CAF_CHECK(look(12s, {}).empty());
}

CAF_TEST(stretches of one disk that nearly touch are one stall) {
  look(10s, {disk("sda", 8s, 9s)});
  look(11s, {disk("sda", 9200ms, 10800ms)});
  look(12s, {disk("sda", 10900ms, 12s)});
  const auto found = look(14s, {});
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].is.began, 8s);
  CAF_CHECK_EQUAL(found[0].is.ended, 12s);
}

CAF_TEST(stretches that follow each other are reported before the last of them though none lasts at a look) {
  const auto act = [this](std::chrono::nanoseconds began) {
    return look(began + 500ms, {of(stall_resource::cpu, began, began + 400ms)});
  };
  CAF_CHECK(act(10s).empty());
  CAF_CHECK(act(10500ms).empty());
  const auto begun = act(11s);
  CAF_REQUIRE_EQUAL(begun.size(), 1u);
  CAF_CHECK(begun[0].change == what::begun);
  CAF_CHECK_EQUAL(begun[0].is.began, 10s);
  CAF_CHECK_EQUAL(begun[0].is.ended, 11400ms);
  CAF_CHECK(act(11500ms).empty());
  const auto over = look(14s, {});
  CAF_REQUIRE_EQUAL(over.size(), 1u);
  CAF_CHECK(over[0].change == what::over);
  CAF_CHECK_EQUAL(over[0].is.ended, 11900ms);
}

CAF_TEST(stretches that follow each other are looked at soon until they are long enough) {
  const stall_look first{10500ms, {of(stall_resource::cpu, 9400ms, 9700ms), of(stall_resource::cpu, 10s, 10350ms)}, {}};
  tracker.look(first, lived, witness_keeper_policy{true, 2s});
  CAF_CHECK_EQUAL(tracker.next_look(first, witness_keeper_policy{true, 2s}).value_or(0s), 11400ms);
  CAF_CHECK_EQUAL(tracker.next_look(first, witness_keeper_policy{true, 1100ms}).value_or(0s), 10700ms);
}

CAF_TEST(one stretch is looked at soon for as long as another may follow it and make a stall of it) {
  const stall_look first{10s, {of(stall_resource::cpu, 9400ms, 9900ms)}, {}};
  tracker.look(first, lived, policy);
  CAF_CHECK_EQUAL(tracker.next_look(first, policy).value_or(0s), 10200ms);
  const stall_look later{10950ms, {}, {}};
  tracker.look(later, lived, policy);
  CAF_CHECK(!tracker.next_look(later, policy));
}

CAF_TEST(what is old enough is looked at again soon where the beat has not lived it yet) {
  lived.add(5s, 5s);
  lived.add(7s, 5400ms);
  const stall_look first{7s, {disk("sda", 5900ms)}, {}};
  CAF_CHECK(tracker.look(first, lived, policy).empty());
  CAF_CHECK_EQUAL(tracker.next_look(first, policy).value_or(0s), 7200ms);
}

CAF_TEST(stretches of one disk far apart are two stalls) {
  look(10s, {disk("sda", 8s, 9500ms)});
  CAF_CHECK_EQUAL(look(12s, {}).size(), 1u);
  look(20s, {disk("sda", 18s, 19500ms)});
  CAF_CHECK_EQUAL(look(22s, {}).size(), 1u);
}

CAF_TEST(two disks that stall at once are two stalls) {
  look(10s, {disk("sda", 8s, 9900ms), disk("sdb", 8s, 9900ms)});
  CAF_CHECK_EQUAL(look(12s, {}).size(), 2u);
}

CAF_TEST(a disk that is known only later gives its name to the stall) {
  CAF_CHECK_EQUAL(look(10s, {disk("", 8600ms)}).size(), 1u);
  CAF_CHECK(look(11s, {disk("", 8600ms), disk("sda", 8500ms)}).empty());
  look(12s, {disk("sda", 8500ms, 11500ms), disk("", 8600ms, 11800ms)});
  const auto over = look(14s, {});
  CAF_REQUIRE_EQUAL(over.size(), 1u);
  CAF_CHECK_EQUAL(over[0].is.facts.name, "sda");
  CAF_CHECK_EQUAL(over[0].is.began, 8600ms); // as it was reported
}

CAF_TEST(what holds the others up is the one that is named) {
  const auto begun = look(10s, {of(stall_resource::program, 8700ms), disk("sda", 8600ms)});
  CAF_REQUIRE_EQUAL(begun.size(), 1u);
  CAF_CHECK(begun[0].is.facts.resource == stall_resource::disk);
  CAF_CHECK_EQUAL(begun[0].is.facts.felt_by.size(), 2u);
  look(11s, {disk("sda", 8600ms, 10900ms), of(stall_resource::program, 8700ms, 10950ms)});
  const auto over = look(13s, {});
  CAF_REQUIRE_EQUAL(over.size(), 1u);
  CAF_CHECK(over[0].change == what::over);
}

CAF_TEST(a stall that was reported before its reason was known is named by the reason from then on) {
  CAF_CHECK_EQUAL(look(10s, {of(stall_resource::program, 8700ms)}).size(), 1u);
  const auto known = look(12s, {of(stall_resource::program, 8700ms), of(stall_resource::memory, 10500ms)});
  CAF_REQUIRE_EQUAL(known.size(), 1u);
  CAF_CHECK(known[0].change == what::lasts);
  CAF_CHECK(known[0].is.facts.resource == stall_resource::memory);
  CAF_CHECK_EQUAL(known[0].is.began, 8700ms);
  CAF_CHECK(look(13s, {of(stall_resource::program, 8700ms, 12800ms),
                       of(stall_resource::memory, 10500ms, 12500ms)}).empty());
  const auto over = look(15s, {});
  CAF_REQUIRE_EQUAL(over.size(), 1u);
  CAF_CHECK(over[0].change == what::over);
  CAF_CHECK(over[0].is.facts.resource == stall_resource::memory);
  CAF_CHECK_EQUAL(over[0].is.began, 8700ms);
  CAF_CHECK_EQUAL(over[0].is.ended, 12500ms);
  CAF_CHECK_EQUAL(over[0].is.facts.felt_by.size(), 1u); // the fixture feels all by one sense
}

CAF_TEST(a program start that merely happens at another time than the stall of a disk is one of its own) {
  look(10s, {disk("sda", 6s, 8s)});
  look(12s, {of(stall_resource::program, 10s, 11800ms)});
  std::size_t count = 0;
  for (const auto now : {13s, 14s, 15s})
    count += look(now, {}).size();
  CAF_CHECK_EQUAL(count, 2u - 1u); // that of the disk was reported at 12 s
}

CAF_TEST(what stopped the beat as well is a pause and no stall) {
  lived.add(5s, 5s);
  lived.add(9s, 5200ms); // nothing ran for nearly four seconds
  const auto found = tracker.look({9s, {disk("sda", 5100ms, 8900ms)}, {}}, lived, policy);
  CAF_CHECK(found.empty());
  lived.add(11s, 7200ms);
  CAF_CHECK(tracker.look({11s, {}, {}}, lived, policy).empty());
}

CAF_TEST(a stall keeps the processes that waited for it) {
  look(10s, {disk("sda", 8s)}, {{42, 1.0, "tar", "io_schedule", 8s}});
  look(11s, {disk("sda", 8s)}, {{42, 1.0, "tar", "io_schedule", 8s}, {43, 2.0, "cp", "io_schedule", 7s}});
  look(12s, {disk("sda", 8s, 11900ms)});
  const auto over = look(14s, {});
  CAF_REQUIRE_EQUAL(over.size(), 1u);
  CAF_REQUIRE_EQUAL(over[0].is.facts.waiting.size(), 2u);
  CAF_CHECK_EQUAL(over[0].is.facts.waiting[0].pid, 43); // the longest waiting first
}

CAF_TEST(the next look comes as a stretch becomes long enough) {
  const stall_look x{10s, {of(stall_resource::cpu, 9600ms)}, {}};
  tracker.look(x, lived, policy);
  CAF_CHECK_EQUAL(tracker.next_look(x, policy).value_or(0s), 10600ms);
}

CAF_TEST(the next look comes as a disk may have been silent for long enough and then as it has) {
  const stall_look x{10s, {disk("sda", 9600ms)}, {}}; // give or take 0.1 s
  tracker.look(x, lived, policy);
  CAF_CHECK_EQUAL(tracker.next_look(x, policy).value_or(0s), 10500ms);
  const stall_look then{10530ms, {disk("sda", 9600ms)}, {}};
  CAF_CHECK(tracker.look(then, lived, policy).empty());
  CAF_CHECK_EQUAL(tracker.next_look(then, policy).value_or(0s), 10600ms);
  const stall_look later{10600ms, {disk("sda", 9600ms)}, {}};
  tracker.look(later, lived, policy);
  CAF_CHECK_EQUAL(tracker.next_look(later, policy).value_or(0s), 10800ms);
  CAF_CHECK(!stall_tracker{}.next_look({10s, {}, {}}, policy));
}

CAF_TEST(a process that waited all the time gives the begin that a probe can only guess) {
  auto read = disk("sda", 8600ms);
  read.uncertainty = 250ms;
  auto blocked = disk("sda", 8800ms);
  blocked.uncertainty = 0ms;
  const auto begun = look(10s, {read, blocked});
  CAF_REQUIRE_EQUAL(begun.size(), 1u);
  CAF_CHECK_EQUAL(begun[0].is.began, 8800ms);
  CAF_CHECK_EQUAL(begun[0].is.uncertainty, 0ms);
}

CAF_TEST(a process that began to wait after all that a probe can mean gives no begin) {
  auto read = disk("sda", 8s);
  read.uncertainty = 250ms;
  auto blocked = disk("sda", 8800ms);
  blocked.uncertainty = 0ms;
  CAF_CHECK(look(10s, {blocked, read}).at(0).is.began == 8s);
}

CAF_TEST(of those who waited all the time the first gives the begin) {
  auto read = disk("sda", 8600ms);
  read.uncertainty = 250ms;
  auto first = disk("sda", 8500ms), second = disk("sda", 8700ms);
  first.uncertainty = second.uncertainty = 0ms;
  CAF_CHECK(look(10s, {second, read, first}).at(0).is.began == 8500ms);
}

CAF_TEST(acts that were slow before a stall give its begin) {
  lived.add(10s, 10s);
  const auto begun = tracker.look(
    {10s, {of(stall_resource::cpu, 8900ms)}, {}, {{stall_resource::cpu, 8400ms, 8900ms, 250ms}}},
    lived, policy);
  CAF_REQUIRE_EQUAL(begun.size(), 1u);
  CAF_CHECK_EQUAL(begun[0].is.began, 8400ms);
  CAF_CHECK_EQUAL(begun[0].is.uncertainty, 250ms);
}

CAF_TEST(acts that were slow before a short stretch make no stall of it) {
  lived.add(10s, 10s);
  CAF_CHECK(tracker
              .look({10s,
                     {of(stall_resource::cpu, 9300ms, 9900ms)},
                     {},
                     {{stall_resource::cpu, 8s, 9300ms, 250ms}}},
                    lived, policy)
              .empty());
  CAF_CHECK(look(13s, {}).empty());
}

CAF_TEST(two stalls that began at the same moment are two) {
  const auto begun = look(10s, {disk("sda", 8500ms), disk("sdb", 8500ms)});
  CAF_REQUIRE_EQUAL(begun.size(), 2u);
  CAF_CHECK(begun[0].is.began != begun[1].is.began);
}

CAF_TEST(a flood of names is bounded and keeps the longest) {
  std::vector<felt_stretch> flood;
  for (int i = 0; i < 200; ++i)
    flood.push_back(disk("sd" + std::to_string(i), 9990ms, 10s));
  flood.insert(flood.begin(), disk("longest", 5s, 10s));
  look(10s, flood);
  const auto found = look(12s, {});
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].is.facts.name, "longest");
}

CAF_TEST(the end of a stall is known within the time that is promised) {
  look(10s, {disk("sda", 8s)});
  const auto ended = 20s;
  auto now = std::chrono::nanoseconds{19'900ms};
  bool is_over = false;
  for (; now < 30s; now += 1s) { // as seldom as it ever looks
    std::vector<felt_stretch> felt;
    if (now < ended)
      felt.push_back(disk("sda", 8s));
    else if (now < ended + 1s) // reported once
      felt.push_back(disk("sda", 8s, ended));
    for (const auto& x : look(now, felt))
      is_over = is_over || x.change == what::over;
    if (is_over)
      break;
  }
  CAF_CHECK(is_over);
  CAF_CHECK_LESS_OR_EQUAL(now - ended, 3s);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(lived time between two looks lies at the end of what was not lived) {
  growth_record lived;
  lived.add(10s, 10s);
  lived.add(20s, 12s);
  CAF_CHECK_EQUAL(lived.between(10s, 20s), 2s);
  CAF_CHECK_EQUAL(lived.between(10s, 17s), 0s);
  CAF_CHECK_EQUAL(lived.between(19s, 20s), 1s);
  CAF_CHECK_EQUAL(lived.between(5s, 10s), 5s);
  CAF_CHECK_EQUAL(lived.between(20s, 21s), 1s);
  CAF_CHECK_EQUAL(growth_record{}.between(1s, 3s), 2s);
}
