#define CAF_SUITE track_charged_stall

#include "actors/switch_recorder/track_charged_stall.hpp"

#include "support/test.hpp"

#include <algorithm>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds began = 102s;

charged_stall stall_of(stall_resource what, const std::string& name = "", nanoseconds at = began) {
  pause_event x;
  x.kind = event_kind::stall;
  x.id = mint_event_id(x.kind, at);
  x.before.awake = at;
  x.after = {at + 2s, at + 102s, 1'700'000'000s + at};
  x.duration = 2s;
  explain_stall(x, {what, name, {}, {}, false});
  return charged_stall{x};
}

event_amendment news_of(const charged_stall& x) {
  event_amendment news;
  news.id = x.event.id;
  return news;
}

event_amendment named(const charged_stall& x, stall_resource what, const std::string& name) {
  auto news = news_of(x);
  news.stall = stall_facts{what, name, {}, {}, false};
  return news;
}

event_amendment ended(const charged_stall& x, nanoseconds duration) {
  auto news = news_of(x);
  news.over = event_amendment::end{{}, duration};
  return news;
}

/// One process on the only CPU all the time, whose requests the disk vda is busy with, eight at a
/// time.
switch_log log_until(nanoseconds taken, bool hangs = false, nanoseconds since = 90s) {
  switch_log log;
  log.taken = taken;
  log.reach = 30s;
  log.disk_reach = 4s;
  log.cpus = {{0, since, {{since, taken, 21, 21, true}}}};
  log.processes[21].name = "hog";
  auto& disk = log.disks.emplace_back();
  disk.name = "vda";
  for (auto at = since; at < taken; at += 500ms)
    disk.requests.insert(disk.requests.end(), 8,
                         {at, std::min(at + 500ms, taken), 21, 65536, !hangs});
  return log;
}

charged_stall charged_disk() {
  auto x = stall_of(stall_resource::disk, "vda");
  CAF_REQUIRE(charge_stretch(x, log_until(104s), {}).has_value());
  CAF_REQUIRE(is_charged(x));
  return x;
}

} // namespace

CAF_TEST(a stall that turns out to be of another disk or resource is charged anew from its begin) {
  for (const auto& [what, name] :
       {std::pair{stall_resource::disk, "vdb"}, std::pair{stall_resource::memory, ""}}) {
    auto x = charged_disk();
    x.in_vain = 3;
    CAF_CHECK(x.until == 104s);
    CAF_CHECK((amend_charged_stall(x, named(x, what, name)) == stall_stretch{}));
    CAF_CHECK(!is_charged(x));
    CAF_CHECK(x.until == began);
    CAF_CHECK_EQUAL(x.in_vain, 0u);
    CAF_CHECK(x.event.stall->resource == what);
    CAF_CHECK_EQUAL(x.event.stall->name, name);
  }
}

CAF_TEST(what says nothing new of what stalls leaves it to the timer) {
  auto x = charged_disk();
  auto same = named(x, stall_resource::disk, "vda");
  same.stall->felt_by = {"a direct read of vda"};
  CAF_CHECK(!amend_charged_stall(x, same));
  CAF_CHECK(!amend_charged_stall(x, news_of(x)));
  CAF_CHECK(is_charged(x));
  CAF_CHECK(x.until == 104s);
  CAF_CHECK_EQUAL(x.event.stall->felt_by.size(), 1u);
}

CAF_TEST(a stall that ends is charged up to its end only if the rings say anything of it) {
  auto x = charged_disk();
  CAF_CHECK((amend_charged_stall(x, ended(x, 7s)) == stall_stretch{began + 7s, true}));
  auto unnamed = stall_of(stall_resource::disk);
  CAF_CHECK(!amend_charged_stall(unnamed, ended(unnamed, 7s)));
  auto cpu = stall_of(stall_resource::cpu);
  CAF_CHECK((amend_charged_stall(cpu, ended(cpu, 7s)) == stall_stretch{began + 7s, true}));
}

CAF_TEST(a stall that is named as it ends is charged once and for the last time) {
  auto x = stall_of(stall_resource::disk);
  auto news = named(x, stall_resource::disk, "vda");
  news.over = event_amendment::end{{}, 7s};
  const auto stretch = amend_charged_stall(x, news);
  CAF_CHECK((stretch == stall_stretch{began + 7s, true}));
  const auto found = charge_stretch(x, log_until(112s), *stretch);
  CAF_REQUIRE(found.has_value());
  CAF_CHECK(found->harm == 7s);
}

CAF_TEST(a stall is charged stretch by stretch and no moment twice) {
  auto x = stall_of(stall_resource::cpu);
  const auto first = charge_stretch(x, log_until(104s), {});
  CAF_REQUIRE(first.has_value());
  CAF_CHECK(first->harm == 2s);
  CAF_CHECK(x.until == 104s);
  const auto second = charge_stretch(x, log_until(109s), {});
  CAF_REQUIRE(second.has_value());
  CAF_CHECK(second->harm == 7s);
  CAF_REQUIRE_EQUAL(second->doers.size(), 1u);
  CAF_CHECK(second->doers[0].held == 7s);
  CAF_CHECK(second->timeline == first->timeline); // of its begin
}

CAF_TEST(a stall that lasts is reported again only when there is much to be said and as it ends in
           any case) {
  auto x = stall_of(stall_resource::cpu);
  CAF_CHECK(charge_stretch(x, log_until(104s), {}).has_value());
  CAF_CHECK(!charge_stretch(x, log_until(105s), {}).has_value());
  CAF_CHECK(x.until == 105s);
  CAF_CHECK(charge_stretch(x, log_until(107s), {}).has_value());
  CAF_CHECK(charge_stretch(x, log_until(108s), {106s, true}).has_value());
}

CAF_TEST(
  the harm of a stall that is over is no longer than the stall although more of it was looked at) {
  auto x = stall_of(stall_resource::cpu);
  charge_stretch(x, log_until(112s), {});
  const auto found = charge_stretch(x, log_until(113s), {109s, true});
  CAF_REQUIRE(found.has_value());
  CAF_CHECK(found->harm == 7s);
  CAF_CHECK(x.until == 112s);
}

CAF_TEST(what has neither harm nor a timeline is not reported) {
  auto x = stall_of(stall_resource::disk, "vda");
  switch_log nothing;
  nothing.taken = 104s;
  CAF_CHECK(!charge_stretch(x, nothing, {}).has_value());
}

CAF_TEST(the record is needed from before the stall at first and then from what a hanging disk
           completed last) {
  auto x = stall_of(stall_resource::disk, "vda");
  CAF_CHECK(needed_since(x) == std::min(began - 1s, record_since(x.event)));
  charge_stretch(x, log_until(110s), {});
  CAF_CHECK(needed_since(x) == 109s);
}

CAF_TEST(only a disk that completes nothing is taken out in vain) {
  auto x = charged_disk();
  for (unsigned times = 1; times <= 2; ++times) {
    charge_stretch(x, log_until(104s + times * 5s, true), {});
    CAF_CHECK_EQUAL(x.in_vain, times);
  }
  charge_stretch(x, log_until(120s), {});
  CAF_CHECK_EQUAL(x.in_vain, 0u);
  auto cpu = stall_of(stall_resource::cpu);
  charge_stretch(cpu, log_until(104s, true), {});
  CAF_CHECK_EQUAL(cpu.in_vain, 0u);
}

CAF_TEST(only a stall of a disk goes by what the rings of the disks hold) {
  auto disk = stall_of(stall_resource::disk, "vda"), cpu = stall_of(stall_resource::cpu);
  charge_stretch(disk, log_until(104s), {});
  charge_stretch(cpu, log_until(104s), {});
  CAF_CHECK(disk.reach == nanoseconds{4s});
  CAF_CHECK(cpu.reach == nanoseconds{30s});
}

CAF_TEST(of too many stalls the oldest of which nothing is charged gives way and else the oldest) {
  std::deque<charged_stall> stalls;
  for (int i = 0; i < 3; ++i)
    stalls.push_back(stall_of(stall_resource::cpu, "", 102s + i * 1s));
  CAF_CHECK(!choose_evicted_stall(stalls));
  stalls.push_back(stall_of(stall_resource::cpu, "", 105s));
  CAF_CHECK(choose_evicted_stall(stalls) == std::size_t{0});
  stalls[2] = stall_of(stall_resource::mount, "/mnt/nas");
  stalls[3] = stall_of(stall_resource::disk, "sda");
  CAF_CHECK(choose_evicted_stall(stalls) == std::size_t{2});
}
