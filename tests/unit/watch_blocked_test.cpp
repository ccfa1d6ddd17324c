#define CAF_SUITE watch_blocked

#include "actors/host/ask_size.hpp"
#include "actors/witness_keeper/classify_wait.hpp"
#include "actors/witness_keeper/compose_stall.hpp"
#include "actors/witness_keeper/watch_blocked.hpp"

#include "support/test.hpp"

#include <algorithm>
#include <map>
#include <vector>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture {
  std::map<std::int64_t, blocked_task> kernel;
  std::size_t reads = 0;
  read_blocked read = [this](std::int64_t pid) {
    ++reads;
    const auto found = kernel.find(pid);
    return found == kernel.end() ? std::nullopt : std::optional{found->second};
  };
  blocked_watch aut;

  power_sample second(std::chrono::nanoseconds now, std::int64_t pid, char state) {
    power_sample x;
    x.arrived.awake = now;
    auto& p = x.tasks.emplace_back();
    p.pid = pid;
    p.started = 1.0;
    p.name = "tar";
    p.state = state;
    return x;
  }

  /// @returns a second in which processes from 100 on are in that sleep.
  power_sample storm(std::int64_t count) {
    power_sample x;
    x.arrived.awake = 10s;
    for (std::int64_t i = 0; i < count; ++i)
      x.tasks.push_back(second(10s, 100 + i, 'D').tasks[0]);
    return x;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(watch_blocked_tests, fixture)

CAF_TEST(a process in one uninterruptible sleep is felt from when it last ran) {
  kernel[42] = {9200ms, "percpu_rwsem_wait", {}};
  aut.add(second(10s, 42, 'D'), read);
  const auto lasts = aut.look(11s, read);
  CAF_REQUIRE_EQUAL(lasts.size(), 1u);
  CAF_CHECK_EQUAL(lasts[0].began, 9200ms);
  CAF_CHECK(lasts[0].resource == stall_resource::mount);
  CAF_CHECK(!lasts[0].ended);
  CAF_CHECK_EQUAL(aut.waiting().size(), 1u);
  kernel.erase(42);
  const auto over = aut.look(12s, read);
  CAF_REQUIRE_EQUAL(over.size(), 1u);
  CAF_CHECK_EQUAL(over[0].ended.value_or(0s), 11500ms); // it woke up between the two looks
  CAF_CHECK_EQUAL(over[0].uncertainty, 500ms);
  CAF_CHECK(aut.look(13s, read).empty());
}

CAF_TEST(of the processes that are taken up it is known since when the first of them waits) {
  kernel[42] = {9200ms, "io_schedule", {}};
  kernel[43] = {9100ms, "io_schedule", {}};
  auto x = second(10s, 42, 'D');
  x.tasks.push_back(second(10s, 43, 'D').tasks[0]);
  x.tasks.push_back(second(10s, 44, 'D').tasks[0]); // is not in that sleep any more
  CAF_CHECK(aut.add(x, read) == std::optional{std::chrono::nanoseconds{9100ms}});
  CAF_CHECK(!aut.add(x, read)); // they are known
  CAF_CHECK(!aut.add(second(10s, 45, 'S'), read));
}

CAF_TEST(a storm of waiting processes leaves room for what is looked for and for one thread) {
  for (std::int64_t pid = 100; pid < 164; ++pid)
    kernel[pid] = {9200ms, "io_schedule", {}};
  aut.add(storm(64), read);
  aut.add(storm(64), read);
  CAF_CHECK_EQUAL(aut.waiting().size(), blocked_watch::most_of_documents);
  std::vector<waiting_process> all;
  for (std::int64_t pid = 200; pid < 264; ++pid) {
    all.push_back({pid, std::nullopt, "dd", {}, {}});
    kernel[pid] = {9200ms, "io_schedule", {}};
  }
  kernel[263].since = 8s; // the very last
  aut.add(all, 10s, read);
  const auto found = aut.waiting();
  CAF_CHECK_EQUAL(found.size(), blocked_watch::most_found);
  CAF_CHECK(std::any_of(found.begin(), found.end(), [](const auto& x) { return x.pid == 263; }));
  kernel[77] = {9900ms, "jbd2_log_wait_commit", {}};
  aut.add(77, "pmactor", 10s, read);
  const auto last = aut.waiting().back(); // a copy: the check's macro refers to what it is given
  CAF_CHECK_EQUAL(last.pid, 77);
}

CAF_TEST(that our own question to a file system waits is never felt) {
  kernel[42] = {9200ms, "request_wait_answer", {}};
  auto x = second(10s, 42, 'D');
  x.tasks[0].name = asker_name;
  CAF_CHECK(!aut.add(x, read));
  aut.add(std::vector<waiting_process>{{42, std::nullopt, asker_name, {}, {}}}, 10s, read);
  CAF_CHECK(aut.waiting().empty());
  x.tasks[0].name = "cat";
  CAF_CHECK(aut.add(x, read).has_value());
}

CAF_TEST(of a storm that has just woken few are asked for and others each time) {
  std::size_t before = 0;
  for (int i = 0; i < 4; ++i) {
    aut.add(storm(64), read);
    CAF_CHECK_EQUAL(reads - before, blocked_watch::most_read);
    before = reads;
  }
  kernel[100] = {9s, "io_schedule", {}};
  for (int i = 0; i < 4; ++i)
    aut.add(storm(64), read);
  CAF_CHECK_EQUAL(aut.waiting().size(), 1u);
}

CAF_TEST(of more than there is room for those are taken up that wait longest) {
  for (std::int64_t pid = 100; pid < 112; ++pid)
    kernel[pid] = {9900ms - std::chrono::milliseconds{pid % 100}, "io_schedule", {}};
  kernel[105].since = 2s;
  CAF_CHECK(aut.add(storm(12), read) == std::optional{std::chrono::nanoseconds{2s}});
  const auto taken = aut.waiting();
  CAF_REQUIRE_EQUAL(taken.size(), blocked_watch::most_of_documents);
  for (const auto& x : taken)
    CAF_CHECK(x.pid != 100 && x.pid != 101);
}

CAF_TEST(a stall is named by where a process waits as soon as that is known) {
  kernel[42] = {9200ms, "percpu_rwsem_wait", {}};
  aut.add(second(10s, 42, 'D'), read);
  CAF_CHECK_EQUAL(std::string{aut.look(11s, read).at(0).name}, "");
  kernel[42].place = {"/mnt", "sda"};
  CAF_CHECK_EQUAL(std::string{aut.look(12s, read).at(0).name}, "/mnt");
  kernel.erase(42);
  CAF_CHECK_EQUAL(std::string{aut.look(13s, read).at(0).name}, "/mnt");
}

CAF_TEST(a stall of a disk is named by the disk below the file) {
  kernel[42] = {9200ms, "io_schedule", {"/mnt", "sda"}};
  aut.add(second(10s, 42, 'D'), read);
  CAF_CHECK_EQUAL(std::string{aut.look(11s, read).at(0).name}, "sda");
}

CAF_TEST(a wait in a function that is not known is for the file that the call is about) {
  kernel[42] = {9200ms, "some_new_function", {"/mnt", "sda"}};
  kernel[43] = {9200ms, "some_new_function", {"/net", ""}};
  kernel[44] = {9200ms, "some_new_function", {}};
  for (const auto pid : {42, 43, 44})
    aut.add(second(10s, pid, 'D'), read);
  const auto felt = aut.look(11s, read);
  CAF_REQUIRE_EQUAL(felt.size(), 3u);
  CAF_CHECK(felt[0].resource == stall_resource::disk);
  CAF_CHECK_EQUAL(felt[0].name, "sda");
  CAF_CHECK(felt[1].resource == stall_resource::mount);
  CAF_CHECK_EQUAL(felt[1].name, "/net");
  CAF_CHECK(felt[2].resource == stall_resource::task);
  CAF_CHECK_EQUAL(felt[2].name, "tar");
}

CAF_TEST(a thread of our own is taken up once and only while it is blocked) {
  aut.add(77, "pmactor", 10s, read);
  CAF_CHECK(aut.waiting().empty());
  kernel[77] = {9200ms, "jbd2_log_wait_commit", {"/", "sda"}};
  aut.add(77, "pmactor", 10s, read);
  aut.add(77, "pmactor", 11s, read);
  const auto felt = aut.look(11s, read);
  CAF_REQUIRE_EQUAL(felt.size(), 1u);
  CAF_CHECK_EQUAL(felt[0].began, 9200ms);
  const auto taken_up = aut.waiting().at(0);
  CAF_CHECK_EQUAL(taken_up.name, "pmactor");
}

CAF_TEST(a process that ran in between is in another sleep) {
  kernel[42] = {9200ms, "io_schedule", {}};
  aut.add(second(10s, 42, 'D'), read);
  aut.look(11s, read);
  kernel[42].since = 11500ms;
  const auto over = aut.look(12s, read);
  CAF_REQUIRE_EQUAL(over.size(), 1u);
  CAF_CHECK(over[0].ended.has_value());
}

CAF_TEST(a process that is not in that sleep any more is not taken up) {
  aut.add(second(10s, 42, 'D'), read);
  aut.add(second(10s, 43, 'S'), read);
  CAF_CHECK(aut.look(11s, read).empty());
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(the kernel function shows what a process waits for) {
  CAF_CHECK(classify_wait("io_schedule") == stall_resource::disk);
  CAF_CHECK(classify_wait("percpu_rwsem_wait.constprop.0") == stall_resource::mount);
  CAF_CHECK(classify_wait("nfs_wait_bit_killable") == stall_resource::mount);
  CAF_CHECK(classify_wait("mem_cgroup_handle_over_high") == stall_resource::memory);
  CAF_CHECK(classify_wait("do_exit") == stall_resource::task);
  CAF_CHECK(classify_wait("") == stall_resource::task);
}

CAF_TEST(a stall is an event on the wall clock that names its resource) {
  stall_change x;
  x.is.facts.resource = stall_resource::disk;
  x.is.facts.name = "sda";
  x.is.facts.felt_by = {"a direct read of sda"};
  x.is.began = 100s;
  x.is.ended = 103s;
  x.is.uncertainty = 250ms;
  const auto news = compose_stall(x, {90s, 190s, 1000s}, {90s, 190s, 1000s});
  CAF_REQUIRE(std::holds_alternative<pause_event>(news));
  const auto& begun = std::get<pause_event>(news);
  CAF_CHECK(begun.kind == event_kind::stall);
  CAF_CHECK_EQUAL(begun.started, 1010s);
  CAF_CHECK_EQUAL(begun.ended, 1013s);
  CAF_CHECK_EQUAL(begun.before.total, 200s);
  CAF_CHECK_EQUAL(begun.duration, 3s);
  CAF_CHECK(begun.cause == pause_cause::io);
  CAF_CHECK_EQUAL(sentence_of(x), "Disk sda has not answered for 3.00 s; felt by a direct read of sda.");
}

CAF_TEST(the end of a stall amends the event of its begin) {
  stall_change x;
  x.change = stall_change::what::over;
  x.is.facts.resource = stall_resource::disk;
  x.is.facts.name = "sda";
  x.is.facts.felt_by = {"a direct read of sda"};
  x.is.facts.is_over = true;
  x.is.began = 100s;
  x.is.ended = 107s;
  x.is.uncertainty = 250ms;
  const auto news = compose_stall(x, {90s, 190s, 1000s}, {90s, 190s, 1000s});
  CAF_REQUIRE(std::holds_alternative<event_amendment>(news));
  const auto& over = std::get<event_amendment>(news);
  CAF_CHECK(over.id == mint_event_id(event_kind::stall, 1010s));
  CAF_REQUIRE(over.over && over.stall);
  CAF_CHECK_EQUAL(over.over->ended, 1017s);
  CAF_CHECK_EQUAL(over.over->duration, 7s);
  CAF_CHECK_EQUAL(sentence_of(x),
                  "Disk sda did not answer for 7.00 s (give or take 250 ms); felt by a direct read of sda.");
}

CAF_TEST(several CPUs have not answered and one disk has not) {
  stall_change x;
  x.is.facts.resource = stall_resource::cpu;
  x.is.facts.felt_by = {"work of ordinary priority"};
  x.is.began = 100s;
  x.is.ended = 103s;
  CAF_CHECK_EQUAL(sentence_of(x), "The CPUs have not answered for 3.00 s; felt by work of ordinary priority.");
}
