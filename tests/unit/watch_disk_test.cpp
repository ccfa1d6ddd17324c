#define CAF_SUITE watch_disk

#include "actors/host/parse_diskstats.hpp"
#include "app/witness/find_mounts.hpp"
#include "app/witness/judge_timer.hpp"
#include "app/witness/watch_disk.hpp"
#include "app/witness/watch_pressure.hpp"
#include "app/witness/watch_reclaim.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

disk_counters reads(std::uint64_t count, std::chrono::nanoseconds time, std::uint64_t in_flight) {
  return {in_flight, count, 0, 0, time, 0ns, 0ns};
}

disk_counters writes(std::uint64_t count, std::chrono::nanoseconds time, std::uint64_t in_flight) {
  return {in_flight, 0, count, 0, 0ns, time, 0ns};
}

/// @param files of which so many pages were fetched again.
reclaim_counters pages(std::uint64_t files, std::uint64_t made_room) {
  reclaim_counters result;
  result.files_again = files;
  result.made_room = made_room;
  return result;
}

} // namespace

CAF_TEST(a device that completes nothing while requests are in flight is silent since the window before) {
  disk_watch aut;
  CAF_CHECK(!aut.look(reads(10, 50ms, 0), 1000ms, 0.0));
  CAF_CHECK(!aut.look(reads(12, 60ms, 2), 1500ms, 0.0));
  const auto lasts = aut.look(reads(12, 60ms, 2), 2000ms, 1.0);
  CAF_REQUIRE(lasts);
  CAF_CHECK_EQUAL(lasts->began, 1250ms);
  CAF_CHECK_EQUAL(lasts->uncertainty, 250ms);
  CAF_CHECK(!lasts->ended);
  CAF_CHECK(aut.look(reads(12, 60ms, 3), 2500ms, 1.0));
  const auto over = aut.look(reads(15, 4560ms, 0), 3000ms, 1.0);
  CAF_REQUIRE(over && over->ended);
  CAF_CHECK_EQUAL(*over->ended, 2750ms);
  CAF_CHECK_EQUAL(over->began, 1250ms);
  CAF_CHECK(!aut.look(reads(16, 4561ms, 0), 3500ms, 0.0));
}

CAF_TEST(how long requests took is known of a window in which some were completed) {
  disk_watch aut;
  aut.look(reads(10, 50ms, 0), 500ms, 0.0);
  CAF_CHECK(!aut.took());
  aut.look(reads(14, 70ms, 0), 1000ms, 0.0);
  CAF_CHECK_EQUAL(aut.took().value_or(0ns), 5ms);
  aut.look(reads(14, 70ms, 0), 1500ms, 0.0);
  CAF_CHECK(!aut.took());
}

CAF_TEST(an idle device is never silent) {
  disk_watch aut;
  for (int i = 1; i < 10; ++i)
    CAF_CHECK(!aut.look(reads(10, 50ms, 0), i * 500ms, 0.0));
  CAF_CHECK(!aut.is_used(0));
}

CAF_TEST(a request that is issued in this window makes no silence) {
  disk_watch aut;
  aut.look(reads(10, 50ms, 0), 500ms, 0.0);
  CAF_CHECK(!aut.look(reads(10, 50ms, 1), 1000ms, 0.0));
}

CAF_TEST(slow reads that complete are a silence of their own length) {
  disk_watch aut;
  aut.look(reads(10, 50ms, 1), 500ms, 0.0);
  const auto found = aut.look(reads(11, 3050ms, 0), 1000ms, 0.0);
  CAF_REQUIRE(found && found->ended);
  CAF_CHECK_EQUAL(*found->ended, 750ms);
  CAF_CHECK_EQUAL(found->began, 750ms - 3000ms);
}

CAF_TEST(slow writes matter only while a process waits for I/O) {
  disk_watch aut;
  aut.look(writes(10, 0ms, 5), 500ms, 0.0);
  CAF_CHECK(!aut.look(writes(15, 15s, 5), 1000ms, 0.1));
  CAF_CHECK(aut.look(writes(20, 30s, 5), 1500ms, 1.0));
}

CAF_TEST(quick flushes do not hide slow writes) {
  disk_watch aut;
  aut.look({16, 0, 10, 10, 0ns, 100ms, 0ns}, 1000ms, 0.9);
  const auto slow = aut.look({16, 0, 15, 60, 0ns, 7600ms, 10ms}, 1500ms, 0.9); // five of 1.5 s, fifty of nothing
  CAF_REQUIRE(slow);
  CAF_CHECK_EQUAL(slow->began, -250ms);
}

CAF_TEST(counters that go back are those of another device) {
  disk_watch aut;
  aut.look(reads(1000, 50ms, 1), 500ms, 0.0);
  CAF_CHECK(!aut.look(reads(3, 1ms, 1), 1000ms, 0.0));
}

CAF_TEST(a device is used by others if more was completed than we asked for) {
  disk_watch aut;
  aut.look(reads(10, 50ms, 0), 500ms, 0.0);
  aut.look(reads(11, 51ms, 0), 1000ms, 0.0);
  CAF_CHECK(!aut.is_used(1));
  CAF_CHECK(aut.is_used(0));
  aut.look(reads(11, 51ms, 1), 1500ms, 0.0);
  CAF_CHECK(aut.is_used(1)); // something is in flight
}

CAF_TEST(a commit now and then is no use by others and writing all the time is) {
  disk_watch aut;
  aut.look(writes(10, 50ms, 0), 500ms, 0.0);
  aut.look(writes(13, 51ms, 0), 1000ms, 0.0);
  CAF_CHECK(!aut.is_used(0));
  aut.look(writes(13, 51ms, 0), 1500ms, 0.0);
  CAF_CHECK(!aut.is_used(0));
  aut.look(writes(16, 52ms, 0), 2000ms, 0.0);
  aut.look(writes(19, 53ms, 0), 2500ms, 0.0);
  CAF_CHECK(aut.is_used(0));
}

CAF_TEST(a thrash is not over while pages are still fetched again) {
  pressure_watch aut;
  aut.look(0ms, 1000ms);
  CAF_REQUIRE(aut.look(400ms, 1500ms));
  const auto lasts = aut.look(440ms, 2000ms, true);
  CAF_CHECK(lasts && !lasts->ended);
  const auto over = aut.look(460ms, 2500ms, true); // hardly anything waits
  CAF_CHECK(over && over->ended);
}

CAF_TEST(pages that are fetched again and room that is made by those who want it are counted) {
  const auto x = parse_reclaim(
    "nr_free_pages 9\npswpin 5\npswpout 6\nworkingset_refault_anon 7\nworkingset_refault_file 11\n"
    "pgsteal_kswapd 100\npgsteal_direct 13\nworkingset_refault_file");
  CAF_CHECK((x == reclaim_counters{11, 5, 6, 7, 13}));
  CAF_CHECK_EQUAL(parse_reclaim("workingset_refault 3\n").files_again, 3u);
  reclaim_watch aut;
  CAF_CHECK(!aut.look(pages(1000, 0))); // there is nothing to compare it with
  CAF_CHECK(!aut.look(pages(1050, 13)));
  CAF_CHECK(aut.look(pages(1100, 27)));
  aut.pass();
  CAF_CHECK(!aut.look(pages(9000, 0)));
  CAF_CHECK(!aut.look(pages(10, 0))); // counters that went back
}

CAF_TEST(a page that comes from the swap is counted once) {
  reclaim_watch aut, compressed;
  aut.look({});
  CAF_CHECK(!aut.look({0, 63, 40, 63, 0}));
  CAF_CHECK((aut.moved() == paged{63, 40}));
  CAF_CHECK(aut.look({1, 126, 40, 126, 0}));
  CAF_CHECK((aut.moved() == paged{64, 0}));
  compressed.look({});
  CAF_CHECK(compressed.look({0, 0, 0, 64, 0})); // it was in memory all the time: tasks wait, and no disk reads
  CAF_CHECK((compressed.moved() == paged{}));
}

CAF_TEST(high pressure begins and ends within a window by how much its total grew) {
  pressure_watch aut;
  CAF_CHECK(!aut.look(0ms, 1000ms));
  const auto begun = aut.look(400ms, 1500ms);
  CAF_REQUIRE(begun);
  CAF_CHECK_EQUAL(begun->began, 1100ms);
  CAF_CHECK(aut.look(900ms, 2000ms));
  CAF_CHECK_EQUAL(aut.share(), 1.0);
  CAF_CHECK(aut.look(1100ms, 2500ms)); // hysteresis
  const auto over = aut.look(1200ms, 3000ms);
  CAF_REQUIRE(over && over->ended);
  CAF_CHECK_EQUAL(*over->ended, 2600ms);
  CAF_CHECK_EQUAL(over->began, 1100ms);
  CAF_CHECK(!aut.look(1300ms, 3500ms));
}

CAF_TEST(high pressure began in the window before if that was pressed for long enough to keep it up) {
  pressure_watch rose, spiked;
  rose.look(0ms, 1000ms);
  CAF_CHECK(!rose.look(240ms, 1500ms));
  const auto begun = rose.look(740ms, 2000ms);
  CAF_REQUIRE(begun);
  CAF_CHECK_EQUAL(begun->began, 1260ms);
  spiked.look(0ms, 1000ms);
  CAF_CHECK(!spiked.look(100ms, 1500ms));
  const auto later = spiked.look(500ms, 2000ms);
  CAF_REQUIRE(later);
  CAF_CHECK_EQUAL(later->began, 1600ms);
}

CAF_TEST(a late timer is of the CPU only if its thread waited for one) {
  const auto judged = [](std::chrono::nanoseconds late, std::optional<std::chrono::nanoseconds> waited,
                         std::uint64_t faults, std::chrono::nanoseconds throttled = 0ns) {
    return judge_timer({10s, 10s + late, 500ms, waited, faults, throttled});
  };
  CAF_CHECK(judged(200ms, 200ms, 0) == timer_cause::none);
  CAF_CHECK(judged(2s, 1900ms, 0) == timer_cause::cpu);
  CAF_CHECK(judged(2s, 100ms, 7) == timer_cause::memory);
  CAF_CHECK(judged(2s, 10ms, 0) == timer_cause::absent);
  CAF_CHECK(judged(2s, std::nullopt, 0) == timer_cause::absent);
  CAF_CHECK(judged(2s, 1900ms, 0, 1800ms) == timer_cause::absent); // by the quota of its own group
  CAF_CHECK(judged(2s, 1900ms, 0, 100ms) == timer_cause::cpu);
}

CAF_TEST(disks that read again what memory had no room for are a shortage of memory) {
  refault_watch aut{4096};
  CAF_CHECK(!aut.look(10s, {}, disk_bytes{}, false, 100s));
  CAF_CHECK(!aut.look(10s, {}, disk_bytes{}, false, 101s));
  // 256 pages are 1 MiB: half of what is read.
  auto felt = aut.look(10'900ms, {256, 0}, disk_bytes{2 << 20, 0}, true, 102s);
  CAF_REQUIRE(felt.has_value());
  CAF_CHECK(felt->began == 101'100ms);
  CAF_CHECK(!felt->ended);
  // It is read again also when there is room for it.
  felt = aut.look(11'800ms, {256, 0}, disk_bytes{1 << 20, 0}, false, 103s);
  CAF_REQUIRE(felt.has_value());
  CAF_CHECK(!felt->ended);
  // From here on most of what is read was not there before.
  felt = aut.look(12'700ms, {256, 0}, disk_bytes{(2 << 20) + 1, 0}, false, 104s);
  CAF_REQUIRE(felt.has_value());
  CAF_CHECK(felt->ended.has_value());
  CAF_CHECK(!aut.goes_on());
  CAF_CHECK(!aut.look(13'600ms, {256, 0}, disk_bytes{1 << 20, 0}, false, 105s));
}

CAF_TEST(what is read again without a shortage or is a trifle is none of memory) {
  refault_watch scanned{4096}, little{4096};
  for (int i = 0; i < 5; ++i) {
    const auto now = 100s + std::chrono::seconds{i};
    CAF_CHECK(!scanned.look(now, {100'000, 0}, disk_bytes{1 << 20, 0}, false, now));
    CAF_CHECK(!little.look(now, {63, 0}, disk_bytes{63 * 4096, 0}, true, now));
    CAF_CHECK(!little.goes_on());
  }
}

CAF_TEST(disks that write while some pages are read again are no shortage of memory) {
  refault_watch storm{4096}, elsewhere{4096};
  for (int i = 0; i < 5; ++i) {
    const auto now = 100s + std::chrono::seconds{i};
    CAF_CHECK(!storm.look(now, {256, 0}, disk_bytes{1 << 20, 100 << 20}, true, now));
    // Swap that is compressed memory, or files of another machine.
    CAF_CHECK(!elsewhere.look(now, {100'000, 100'000}, disk_bytes{0, 100 << 20}, true, now));
  }
}

CAF_TEST(disks that make room by swapping are a shortage of memory however much they write for it) {
  refault_watch aut{4096};
  aut.look(10s, {}, disk_bytes{}, true, 100s);
  CAF_CHECK(aut.look(10'900ms, {256, 1024}, disk_bytes{1 << 20, 4 << 20}, true, 101s).has_value());
}

CAF_TEST(a wait for disks that were not measured is none of memory) {
  refault_watch aut{4096};
  aut.look(10s, {256, 0}, std::nullopt, true, 100s);
  CAF_CHECK(!aut.look(10'900ms, {256, 0}, std::nullopt, true, 101s).has_value());
  CAF_CHECK(!aut.goes_on());
}

CAF_TEST(what is read again is measured in pages of the size that the machine has) {
  refault_watch large{65'536}, small{4096};
  for (auto* x : {&large, &small})
    x->look(10s, {}, disk_bytes{}, true, 100s);
  CAF_CHECK(large.look(10'900ms, {256, 0}, disk_bytes{16 << 20, 0}, true, 101s).has_value());
  CAF_CHECK(!small.look(10'900ms, {256, 0}, disk_bytes{16 << 20, 0}, true, 101s).has_value());
}

CAF_TEST(what disks did is added up and counters that went back add nothing) {
  CAF_CHECK((add_grown({1, 2}, {10, 20}, {13, 25}) == disk_bytes{4, 7}));
  CAF_CHECK((add_grown({1, 2}, {10, 20}, {5, 21}) == disk_bytes{1, 3}));
}

CAF_TEST(one thing felt in two ways lasts until neither feels it) {
  const silence early{1s, 2s, 100ms}, late{1'500ms, 3s, 50ms}, lasting{1'800ms, std::nullopt, 50ms};
  CAF_CHECK(!join_silences(std::nullopt, std::nullopt));
  CAF_CHECK(join_silences(std::nullopt, late) == late);
  CAF_CHECK(join_silences(early, std::nullopt) == early);
  CAF_CHECK((join_silences(late, early) == silence{1s, 3s, 100ms}));
  CAF_CHECK((join_silences(lasting, early) == silence{1s, std::nullopt, 100ms}));
}

CAF_TEST(the pages that were fetched again are those of the last look alone) {
  reclaim_watch aut;
  aut.look(pages(100, 0));
  CAF_CHECK(!aut.look(pages(110, 0)));
  CAF_CHECK_EQUAL(aut.moved().in, 10u);
  aut.look(pages(110, 500));
  CAF_CHECK_EQUAL(aut.moved().in, 0u);
  aut.look(pages(300, 500));
  CAF_CHECK_EQUAL(aut.moved().in, 190u);
  aut.pass();
  CAF_CHECK_EQUAL(aut.moved().in, 0u);
}

CAF_TEST(a line of diskstats is read whole or not at all) {
  const auto x = parse_disk_stat("   8       0 sda 100 1 800 40 50 2 400 90 3 120 130 5 0 40 2 7 9");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(std::string{x->name}, "sda");
  CAF_CHECK_EQUAL(x->reads, 100u);
  CAF_CHECK(x->read_time == 40ms);
  CAF_CHECK_EQUAL(x->in_flight, 3u);
  CAF_CHECK(x->busy == 120ms && x->queued == 130ms);
  CAF_CHECK_EQUAL(x->flushes, 7u);
  CAF_CHECK(x->flush_time == 9ms);
  for (const auto* bad : {"", "8 0", "8 0 sda", "8 0 sda 1 2 3", "8 0 sda 1 2 3 4 5 6 7 8 9 10",
                          "8 0 sda a b c d e f g h i j k"})
    CAF_CHECK(!parse_disk_stat(bad));
}

CAF_TEST(mounts whose other end may fall silent are found by what they are) {
  const auto found = find_witnessed_mounts(
    "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
    "23 22 0:40 / /mnt/my\\040nas rw - nfs4 nas:/export rw\n"
    "24 22 0:41 / /mnt/share rw - cifs //nas/share rw\n"
    "25 22 0:42 / /mnt/photos rw,nosuid - fuse.sshfs me@host:/photos rw\n"
    "26 22 0:42 / /mnt/again rw - fuse.sshfs me@host:/photos rw\n"
    "27 22 0:43 / /proc rw - proc proc rw\n"
    "garbage\n");
  CAF_REQUIRE_EQUAL(found.size(), 3u);
  CAF_CHECK_EQUAL(found[0].where, "/mnt/my nas");
  CAF_CHECK_EQUAL(found[0].device, "0:40");
  CAF_CHECK_EQUAL(found[2].device, "0:42");
  CAF_CHECK_EQUAL(found[2].fuse_device, 42u);
  CAF_CHECK(found[0].is == witnessed_mount::type::nfs);
  CAF_CHECK(found[1].is == witnessed_mount::type::other);
  CAF_CHECK(found[2].is == witnessed_mount::type::fuse);
}
