#define CAF_SUITE judge_groups

#include "actors/group_watch/choose_depth.hpp"
#include "actors/group_watch/judge_groups.hpp"
#include "actors/group_watch/name_group.hpp"
#include "actors/host/parse_group_quota.hpp"
#include "messages/event_facts.hpp"

#include <variant>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using std::chrono::nanoseconds;

const std::string id(64, 'a');

struct fixture {
  group_watch_policy policy;
  group_tracker tracker;
  group_look look;
  nanoseconds slept{};
  bool is_looked_up = true; ///< What people call containers.

  group_counts& add(const std::string& path) {
    auto& x = look.groups.emplace_back();
    x.id = "/sys/fs/cgroup" + path;
    x.path = path;
    x.throttles = 0;
    x.throttled = 0ns;
    x.frozen = false;
    x.memory_high = x.memory_max = x.oom_kills = 0;
    return x;
  }
  group_findings at(nanoseconds now, look_depth depth = look_depth::counters) {
    look.at = {now, now + slept, now + slept + 1'000'000s};
    look.depth = depth;
    auto seen = look;
    if (depth != look_depth::stalls) // as what reads them does
      for (auto& x : seen.groups)
        x.has_new_throttles = true;
    return tracker.look(seen, policy, [this](const std::string& of, const std::string&) {
      return is_looked_up ? std::optional<std::string>{of == id ? "nginx" : ""} : std::nullopt;
    });
  }
  /// @returns the first remark.
  std::string said(nanoseconds now, look_depth depth = look_depth::counters) {
    const auto found = at(now, depth);
    return found.remarks.empty() ? "nothing" : found.remarks.front().says;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(judge_groups_tests, fixture)

CAF_TEST(a unit that its quota held up for a while is remarked) {
  auto& unit = add("/system.slice/postgresql.service");
  CAF_CHECK(at(100s).remarks.empty());
  *unit.throttles += 48;
  *unit.throttled += 3200ms;
  unit.quota = 0.5;
  const auto found = at(105s);
  CAF_REQUIRE_EQUAL(found.remarks.size(), 1u);
  CAF_CHECK_EQUAL(
    found.remarks[0].says,
    "unit postgresql.service was throttled for 3.20 s of 5.00 s by its CPU quota of 0.5 CPUs");
  CAF_CHECK(found.remarks[0].began.awake == 100s && found.remarks[0].ended.awake == 105s);
  CAF_CHECK(found.stalls.empty()); // it got its turns
  *unit.throttled += 400ms;
  CAF_CHECK(at(110s).remarks.empty());
}

CAF_TEST(a group that waits for a second for each turn is a stall) {
  auto& victims = add("/victims");
  victims.quota = 0.001, victims.period = 1s;
  at(100s);
  *victims.throttles += 3;
  *victims.throttled += 3s;
  auto found = at(105s);
  CAF_REQUIRE_EQUAL(found.stalls.size(), 1u);
  CAF_CHECK(found.is_close);
  const auto stall = std::get<pause_event>(found.stalls[0]);
  CAF_CHECK(stall.kind == event_kind::stall);
  CAF_CHECK(stall.cause == pause_cause::quota && stall.sure == confidence::high);
  CAF_CHECK(stall.before.awake == 102s);
  CAF_CHECK(stall.stall->resource == stall_resource::quota && !stall.stall->is_over);
  CAF_CHECK_EQUAL(stall.stall->name, "group /victims");
  *victims.throttles += 1, *victims.throttled += 1s;
  CAF_CHECK(at(106s).stalls.empty());
  CAF_CHECK(at(107s).stalls.empty()); // the next turn may not have been counted yet
  found = at(112s);
  CAF_REQUIRE_EQUAL(found.stalls.size(), 1u);
  const auto& over = std::get<event_amendment>(found.stalls[0]);
  CAF_CHECK(over.id == stall.id);
  CAF_CHECK(over.over->duration == 4s);
  CAF_CHECK(over.stall->is_over);
  CAF_CHECK(!found.is_close);
}

CAF_TEST(what a small quota holds up is judged at each look that has read it) {
  add("/victims");
  add("/others");
  for (auto& x : look.groups)
    x.quota = 0.001, x.period = 1s;
  at(100s);
  for (auto& x : look.groups)
    *x.throttles += 1, *x.throttled += 1s;
  look.groups[0].has_new_throttles = true;
  const auto found = at(101s, look_depth::stalls);
  CAF_REQUIRE_EQUAL(found.stalls.size(), 1u);
  const auto stall = std::get<pause_event>(found.stalls[0]);
  CAF_CHECK_EQUAL(stall.stall->name, "group /victims");
  CAF_CHECK(stall.duration == 1s);
}

CAF_TEST(what a small quota takes without a stall is remarked once for all looks in between) {
  auto& victims = add("/victims");
  victims.quota = 0.04, victims.period = 100ms, victims.has_new_throttles = true;
  at(100s);
  for (const auto now : {101s, 102s, 103s, 104s}) {
    *victims.throttles += 3, *victims.throttled += 300ms;
    const auto found = at(now, look_depth::stalls);
    CAF_CHECK(found.remarks.empty());
    CAF_CHECK(found.stalls.empty());
  }
  *victims.throttles += 3, *victims.throttled += 300ms;
  const auto found = at(105s);
  CAF_REQUIRE_EQUAL(found.remarks.size(), 1u);
  CAF_CHECK_EQUAL(
    found.remarks[0].says,
    "group /victims was throttled for 1.50 s of 5.00 s by its CPU quota of 0.04 CPUs");
  CAF_CHECK(found.remarks[0].began.awake == 100s && found.remarks[0].ended.awake == 105s);
}

CAF_TEST(what a quota held up is not judged where it was not read anew) {
  add("/victims").quota = 0.001;
  look.groups[0].period = 1s;
  at(100s);
  *look.groups[0].throttles += 1, *look.groups[0].throttled += 1s;
  look.at = {101s, 101s, 1'000'101s};
  look.depth = look_depth::counters;
  CAF_CHECK(tracker.look(look, policy, {}).stalls.empty());
}

CAF_TEST(the next look is due when a group that is held up has been for long enough) {
  auto& victims = add("/victims");
  victims.frozen_time = 0ns;
  CAF_CHECK(!at(100s, look_depth::stalls).next_look);
  victims.frozen = true, victims.frozen_time = 300ms;
  const auto found = at(101s, look_depth::stalls);
  CAF_CHECK(found.stalls.empty());
  CAF_CHECK(found.next_look == std::optional{nanoseconds{101700ms}});
  victims.frozen_time = 1010ms;
  const auto begun = at(101710ms, look_depth::stalls);
  CAF_REQUIRE_EQUAL(begun.stalls.size(), 1u);
  CAF_CHECK(std::get<pause_event>(begun.stalls[0]).before.awake == 100700ms);
  CAF_CHECK(!begun.next_look);
}

CAF_TEST(a quota is felt where its turns are long or little is allowed) {
  CAF_CHECK(is_felt(1, 500ms));
  CAF_CHECK(is_felt(0.05, 100ms));
  CAF_CHECK(!is_felt(0.06, 499ms));
}

CAF_TEST(a group that may hardly run at all is a stall) {
  auto& group = add("/victims");
  group.quota = 0.01, group.period = 100ms;
  at(100s);
  *group.throttles += 48, *group.throttled += 4700ms;
  CAF_CHECK_EQUAL(at(105s).stalls.size(), 1u);
}

CAF_TEST(a group that takes short turns within its quota stalls nothing) {
  auto& hogs = add("/others");
  hogs.quota = 0.2, hogs.period = 100ms;
  at(100s);
  for (auto now = 105s; now < 200s; now += 5s) {
    *hogs.throttles += 50, *hogs.throttled += 16s; // of four CPUs
    const auto found = at(now);
    CAF_CHECK(found.stalls.empty());
    CAF_REQUIRE_EQUAL(found.remarks.size(), 1u);
    CAF_CHECK(found.remarks[0].says.find("(added up over the CPUs)") != std::string::npos);
  }
}

CAF_TEST(a unit that its quota keeps from half of its work is slowed until it no longer is) {
  auto& unit = add("/system.slice/postgresql.service");
  unit.quota = 0.5, unit.period = 100ms;
  at(100s);
  *unit.throttles += 48, *unit.throttled += 3200ms;
  auto found = at(105s);
  CAF_REQUIRE_EQUAL(found.slowed.size(), 1u);
  const auto slowed = std::get<pause_event>(found.slowed[0]);
  CAF_CHECK(slowed.kind == event_kind::slowed);
  CAF_CHECK(slowed.before.awake == 100s && slowed.duration == 5s);
  const auto facts = slowed.facts.value_or("");
  CAF_CHECK_EQUAL(
    head_of(facts).title,
    "unit postgresql.service is throttled for 3.20 s of 5.00 s by its CPU quota of 0.5 CPUs");
  CAF_CHECK(facts.find("\"limiter\":\"quota\"") != std::string::npos);
  CAF_CHECK(facts.find("\"over\":false") != std::string::npos);
  CAF_CHECK(!found.is_close); // no look each second for what may go on for hours
  *unit.throttles += 30, *unit.throttled += 1500ms; // hysteresis: it goes on
  CAF_CHECK(at(110s).slowed.empty());
  *unit.throttles += 2, *unit.throttled += 100ms;
  found = at(115s);
  CAF_REQUIRE_EQUAL(found.slowed.size(), 1u);
  const auto& over = std::get<event_amendment>(found.slowed[0]);
  CAF_CHECK(over.id == slowed.id && over.over->duration == 10s);
  CAF_CHECK_EQUAL(
    head_of(over.facts.value_or("")).title,
    "unit postgresql.service was throttled for 4.70 s of 10.0 s by its CPU quota of 0.5 CPUs");
}

CAF_TEST(a group of many CPUs that loses a small part of its work is not slowed) {
  auto& unit = add("/system.slice/build.service");
  unit.quota = 16, unit.period = 100ms;
  at(100s);
  *unit.throttles += 45, *unit.throttled += 8s; // added up over the CPUs; it worked for 80 s
  CAF_CHECK(at(105s).slowed.empty());
  *unit.throttles += 50, *unit.throttled += 90s;
  CAF_CHECK_EQUAL(at(110s).slowed.size(), 1u);
}

CAF_TEST(of groups that are slowed at once only so many are events) {
  for (int i = 0; i < 100; ++i)
    add("/group-" + std::to_string(i)).quota = 0.2, look.groups.back().period = 100ms;
  at(100s);
  for (auto now = 105s; now < 300s; now += 5s) {
    for (auto& x : look.groups)
      *x.throttles += 50, *x.throttled += 4s;
    CAF_CHECK_EQUAL(at(now).slowed.size(), now == 105s ? group_tracker::most_slowed : 0);
  }
  look.groups.clear();
  CAF_CHECK_EQUAL(at(300s).slowed.size(), group_tracker::most_slowed); // their ends
}

CAF_TEST(a container has its id for a name until that is looked up) {
  add("/docker/" + id).quota = 0.2, look.groups[0].period = 100ms;
  is_looked_up = false;
  at(100s);
  *look.groups[0].throttles += 50, *look.groups[0].throttled += 4s;
  CAF_CHECK(said(105s).starts_with("container aaaaaaaaaaaa (docker) was throttled"));
  is_looked_up = true;
  *look.groups[0].throttles += 50, *look.groups[0].throttled += 4s;
  CAF_CHECK(said(110s).starts_with("container nginx, aaaaaaaaaaaa (docker) was throttled"));
}

CAF_TEST(a group that is frozen is a stall until it is thawed) {
  auto& victims = add("/victims");
  at(100s, look_depth::stalls);
  victims.frozen = true;
  CAF_CHECK(at(101s, look_depth::stalls).stalls.empty()); // since half a second, as far as is known
  auto found = at(102s, look_depth::stalls);
  CAF_REQUIRE_EQUAL(found.stalls.size(), 1u);
  const auto stall = std::get<pause_event>(found.stalls[0]);
  CAF_CHECK(stall.cause == pause_cause::frozen);
  CAF_CHECK(stall.before.awake == 100500ms);
  at(103s, look_depth::stalls);
  victims.frozen = false;
  found = at(104s, look_depth::stalls);
  CAF_REQUIRE_EQUAL(found.stalls.size(), 1u);
  CAF_CHECK(std::get<event_amendment>(found.stalls[0]).over->duration == 3s);
}

CAF_TEST(a kernel that counts the frozen time is exact and misses nothing between two looks) {
  auto& victims = add("/victims");
  victims.frozen_time = 10s;
  at(100s);
  *victims.frozen_time += 4s;
  const auto found = at(105s);
  CAF_REQUIRE_EQUAL(found.stalls.size(), 2u); // its begin and its end
  CAF_CHECK(std::get<pause_event>(found.stalls[0]).duration == 4s);
}

CAF_TEST(what was frozen from the start or is frozen for a sleep is no stall) {
  auto& paused = add("/docker/" + id);
  paused.frozen = true;
  auto& users = add("/user.slice");
  at(100s);
  CAF_CHECK(at(105s).stalls.empty());
  users.frozen = true;
  slept = 1h;
  CAF_CHECK(at(108s).stalls.empty());
  users.frozen = false;
  CAF_CHECK(at(110s).stalls.empty());
}

CAF_TEST(two groups that are held up at once have two names) {
  add("/a");
  add("/b");
  at(100s);
  for (auto& x : look.groups)
    x.frozen = true;
  const auto found = at(105s);
  CAF_REQUIRE_EQUAL(found.stalls.size(), 2u);
  CAF_CHECK(std::get<pause_event>(found.stalls[0]).id != std::get<pause_event>(found.stalls[1]).id);
}

CAF_TEST(memory that ran out in a group is remarked) {
  auto& unit = add("/system.slice/build.service");
  at(100s);
  *unit.memory_high += 230;
  CAF_CHECK_EQUAL(said(105s),
                  "unit build.service was held up at its limit of memory (memory.high) 230 times");
  *unit.oom_kills += 2, *unit.memory_max += 9;
  CAF_CHECK_EQUAL(said(110s),
                  "unit build.service had 2 processes killed, as it had used up its memory");
  unit.memory_full = 43;
  CAF_CHECK_EQUAL(said(115s, look_depth::pressure),
                  "unit build.service waited for memory for 43 % of 10 s");
}

CAF_TEST(counters that go back or that were not read say nothing) {
  auto& unit = add("/system.slice/a.service");
  *unit.throttles = 10, *unit.throttled = 10s, *unit.oom_kills = 4;
  at(100s);
  *unit.throttles = 0, *unit.throttled = 0s, *unit.oom_kills = 0; // it was started again
  CAF_CHECK(at(105s).remarks.empty());
  *unit.throttled = 4s;
  CAF_CHECK(at(106s, look_depth::stalls).remarks.empty());
  CAF_CHECK_EQUAL(at(110s).remarks.size(), 1u);
}

CAF_TEST(of many groups those are remarked that were held up most) {
  for (int i = 0; i < 100; ++i)
    add("/group-" + std::to_string(i));
  at(100s);
  for (int i = 0; i < 100; ++i)
    look.groups[static_cast<std::size_t>(i)].throttled = i * 50ms,
    look.groups[static_cast<std::size_t>(i)].throttles = 50;
  const auto found = at(105s);
  CAF_REQUIRE_EQUAL(found.remarks.size(), group_tracker::most_remarks);
  CAF_CHECK(found.remarks[0].says.find("group /group-99 ") == 0);
}

CAF_TEST(a group that is gone ends its stall) {
  add("/victims");
  at(100s);
  look.groups[0].frozen = true;
  at(105s);
  look.groups.clear();
  const auto found = at(110s);
  CAF_REQUIRE_EQUAL(found.stalls.size(), 1u);
  CAF_CHECK(std::holds_alternative<event_amendment>(found.stalls[0]));
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(groups are called as people call them) {
  const auto named = [](const std::string& path) { return name_group(path).words; };
  CAF_CHECK_EQUAL(named("/system.slice/ssh.service"), "unit ssh.service");
  CAF_CHECK_EQUAL(named("/system.slice/dev-hugepages.mount"), "unit dev-hugepages.mount");
  CAF_CHECK_EQUAL(named("/user.slice/user-1000.slice/session-3.scope"), "session 3");
  CAF_CHECK_EQUAL(
    named(
      "/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.gnome\\x2dmaps-77.scope"),
    "unit app-org.gnome-maps-77.scope");
  CAF_CHECK_EQUAL(named("/user.slice"), "slice user.slice");
  CAF_CHECK_EQUAL(named("/system.slice/docker-" + id + ".scope"),
                  "container aaaaaaaaaaaa (docker)");
  CAF_CHECK_EQUAL(named("/docker/" + id), "container aaaaaaaaaaaa (docker)");
  CAF_CHECK_EQUAL(named("/machine.slice/libpod-" + id + ".scope"),
                  "container aaaaaaaaaaaa (podman)");
  CAF_CHECK_EQUAL(named("/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope"),
                  "container aaaaaaaaaaaa (kubernetes)");
  CAF_CHECK_EQUAL(named("/kubepods/burstable/pod9d1f/" + id),
                  "container aaaaaaaaaaaa (kubernetes)");
  CAF_CHECK_EQUAL(named("/lxc.payload.web"), "container web (lxc)");
  CAF_CHECK_EQUAL(named("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope"), "machine qemu-1-vm");
  CAF_CHECK_EQUAL(named("/victims"), "group /victims");
  CAF_CHECK_EQUAL(named("/"), "group /");
  CAF_CHECK_EQUAL(named("/docker/short"), "group /docker/short");
  CAF_CHECK_EQUAL(name_group("/docker/" + id).container_id, id);
}

CAF_TEST(the quota of a group is read) {
  CAF_CHECK(group_quota("50000 100000\n") == (cpu_quota{0.5, 100ms}));
  CAF_CHECK(!group_quota("max 100000\n"));
  CAF_CHECK(group_quota("20000\n", "100000\n") == (cpu_quota{0.2, 100ms}));
  CAF_CHECK(!group_quota("-1\n", "100000\n"));
}

CAF_TEST(groups are looked at closely only while that is worth it) {
  CAF_CHECK(choose_depth(5, 300, false, false) == look_depth::counters);
  CAF_CHECK(choose_depth(6, 300, false, false) == look_depth::stalls);
  CAF_CHECK(!choose_depth(6, 2000, false, false));
  CAF_CHECK(choose_depth(6, 2000, true, false) == look_depth::counters);
  CAF_CHECK(choose_depth(6, 300, false, true) == look_depth::counters);
  CAF_CHECK(choose_depth(10, 300, false, true) == look_depth::pressure);
}
