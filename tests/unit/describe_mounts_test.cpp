#define CAF_SUITE describe_mounts

#include "actors/forensics_supervisor/describe_mounts.hpp"

#include <nlohmann/json.hpp>

#include "support/finding_words.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(mounts are read and the full ones told) {
  const auto all = parse_mounts("22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
                                "23 22 0:20 / /proc rw - proc proc rw\n"
                                "24 22 0:44 / /mnt/two\\040words rw - nfs4 server:/x rw\n"
                                "25 22 0:45 / /home/me/cloud rw - fuse.sshfs me@x: rw\nbroken\n");
  CAF_REQUIRE_EQUAL(all.size(), 3u);
  CAF_CHECK_EQUAL(all[0].type, "ext4");
  CAF_CHECK_EQUAL(all[1].target, "/mnt/two words");
  CAF_CHECK(!is_remote(all[0]));
  CAF_CHECK(is_remote(all[1]));
  CAF_CHECK(is_remote(all[2]));
  auto full = all[0];
  full.size = 100'000'000'000;
  full.available = 100'000'000;
  CAF_CHECK_EQUAL(words(find_in_mounts({full, full})), "/ was full to 100 %, with 100 MB left.|");
  const auto parsed = nlohmann::json::parse(mounts_json({full}));
  CAF_CHECK_EQUAL(parsed[0]["available"], 100'000'000);
}
