#define CAF_SUITE describe_counters

#include "actors/forensics_supervisor/describe_counters.hpp"

#include <nlohmann/json.hpp>

#include "support/finding_words.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(counters are compared with the last snapshot before the gap) {
  counter_snapshot before, after;
  before.at.awake = 100s;
  after.at.awake = 110s;
  before.memory = "nr_free_pages 5\npgmajfault 100\noom_kill 0\nsame 3\n";
  after.memory = "nr_free_pages 3\npgmajfault 5100\noom_kill 2\nsame 3\nnew 1\n";
  before.disks = " 8 0 sda 10 0 100 5 20 0 200 9 0 1000 2000 0 0 0 0\n 7 0 loop0 0 0 0 0 0 0 0 0 0 0 0\n";
  after.disks = " 8 0 sda 20 0 300 5 40 0 800 9 3 9000 9000 0 0 0 0\n 7 0 loop0 0 0 0 0 0 0 0 0 0 0 0\nbroken\n";
  const auto parsed = nlohmann::json::parse(counters_json(before, after));
  CAF_CHECK_EQUAL(parsed["elapsed"], 10.0);
  CAF_CHECK_EQUAL(parsed["memory"]["pgmajfault"]["after"], 5100);
  CAF_CHECK(!parsed["memory"].contains("same"));
  CAF_CHECK_EQUAL(parsed["disks"]["sda"]["written_bytes"], 600 * 512);
  CAF_CHECK_EQUAL(parsed["disks"]["sda"]["busy"], 8.0);
  CAF_CHECK(!parsed["disks"].contains("loop0"));
  CAF_CHECK_EQUAL(words(find_in_counters(before, after)),
                  "The kernel killed 2 processes for want of memory across the event.|The disk sda was busy "
                  "in 80 % of 10.0 s across the event.|5000 page faults had to wait for a disk across the "
                  "event.|");
  CAF_CHECK_EQUAL(words(find_in_counters(after, before)), "");
}

CAF_TEST(the snapshot of a gap is the newest that is older) {
  std::vector<counter_snapshot> kept(2);
  kept[0].at.awake = 5s;
  kept[1].at.awake = 10s;
  CAF_CHECK(snapshot_before(kept, {9s, 9s, 0s}) == &kept[0]);
  CAF_CHECK(snapshot_before(kept, {10s, 10s, 0s}) == &kept[1]);
  CAF_CHECK(snapshot_before(kept, {4s, 4s, 0s}) == nullptr);
}
