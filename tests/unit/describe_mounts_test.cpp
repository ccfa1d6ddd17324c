#define CAF_SUITE describe_mounts

#include "actors/forensics_supervisor/describe_mounts.hpp"

#include <nlohmann/json.hpp>

#include "support/finding_words.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(mounts are read and the full ones reported) {
  const auto all = parse_mounts("22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
                                "23 22 0:20 / /proc rw - proc proc rw\n"
                                "24 22 0:44 / /mnt/two\\040words rw - nfs4 server:/x rw\n"
                                "25 22 0:45 / /home/me/cloud rw - fuse.sshfs me@x: rw\nbroken\n");
  CAF_REQUIRE_EQUAL(all.size(), 3u);
  CAF_CHECK_EQUAL(all[0].type, "ext4");
  CAF_CHECK_EQUAL(all[1].target, "/mnt/two words");
  CAF_CHECK_EQUAL(all[1].device, "0:44");
  CAF_CHECK(!is_remote(all[0], all));
  CAF_CHECK(is_remote(all[1], all));
  CAF_CHECK(is_remote(all[2], all));
  auto full = all[0];
  full.size = 100'000'000'000;
  full.available = 100'000'000;
  CAF_CHECK_EQUAL(words(find_in_mounts({full, full})), "/ was full to 100 %, with 100 MB left.|");
  const auto parsed = nlohmann::json::parse(mounts_json({full}));
  CAF_CHECK_EQUAL(parsed[0]["available"], 100'000'000);
}

CAF_TEST(a disk that is mounted in a remote file system is asked as that one is) {
  const auto all = parse_mounts("22 1 254:0 / / rw - ext4 /dev/vda rw\n"
                                "24 22 0:44 / /srv rw - nfs4 server:/x rw\n"
                                "25 24 7:0 / /srv/image rw - ext4 /dev/loop0 rw\n"
                                "26 22 7:1 / /srv2 rw - ext4 /dev/loop1 rw\n");
  CAF_REQUIRE_EQUAL(all.size(), 4u);
  CAF_CHECK(is_remote(all[2], all)); // the way to it leads through the server
  CAF_CHECK(!is_remote(all[0], all));
  CAF_CHECK(!is_remote(all[3], all));
}

CAF_TEST(a full file system is no finding where it is read only by its own options) {
  const auto read = [](const std::string& options, const std::string& super) {
    auto x =
      parse_mounts("22 1 7:0 / /mnt " + options + " shared:1 - ext4 /dev/loop0 " + super + "\n")
        .at(0);
    x.size = 16'000'000;
    x.free = x.available = 0;
    x.files = 4096;
    x.files_free = 4000;
    return x;
  };
  CAF_CHECK_EQUAL(words(find_in_mounts({read("ro,relatime", "ro,errors=remount-ro")})), "");
  // A service sees what others write to mounted read-only.
  CAF_CHECK(read("ro,relatime", "rw,errors=remount-ro").is_read_only == false);
  CAF_CHECK_EQUAL(words(find_in_mounts({read("ro", "rw,errors=remount-ro")})),
                  "/mnt was full to 100 %, with 0 B left.|");
  auto image = read("rw", "rw");
  image.files_free = 0; // served by a program that does not say that it is read-only
  CAF_CHECK_EQUAL(words(find_in_mounts({image})), "");
  image.files = 0; // no such count: btrfs
  CAF_CHECK_EQUAL(words(find_in_mounts({image})), "/mnt was full to 100 %, with 0 B left.|");
  const auto parsed = nlohmann::json::parse(mounts_json({read("ro", "ro")}));
  CAF_CHECK_EQUAL(parsed[0]["read_only"], true);
}

namespace {

/// Mounts of these devices.
std::vector<captured_mount> mounts_of(const std::vector<std::string>& devices) {
  std::vector<captured_mount> result;
  for (const auto& x : devices)
    result.emplace_back().device = x;
  return result;
}

} // namespace

CAF_TEST(dead file systems leave time for those that answer) {
  auto all = mounts_of({"dead 1", "dead 2", "dead 3", "dead 1", "well", "well"});
  std::chrono::nanoseconds left = 4s;
  std::string asked;
  ask_sizes(
    all,
    [&](const captured_mount& x, std::chrono::nanoseconds patience) {
      asked += x.device + ' ';
      CAF_CHECK(patience <= 2s);
      if (x.device == "well")
        return size_answer{file_system_size{100, 50, 50, 9, 9}, {}, false};
      left -= patience;
      return size_answer{std::nullopt, "It did not answer.", true};
    },
    [&left] { return left; });
  CAF_CHECK_EQUAL(asked, "dead 1 dead 2 dead 3 well "); // each once, whatever it says
  for (std::size_t i = 0; i < 4; ++i)
    CAF_CHECK_EQUAL(all[i].problem, "It did not answer.");
  for (std::size_t i = 4; i < 6; ++i) {
    CAF_CHECK_EQUAL(all[i].problem, "");
    CAF_CHECK_EQUAL(all[i].size.value_or(0), 100u);
  }
}

CAF_TEST(one that was not asked says so and what is wrong with one place is not said of another) {
  auto all = mounts_of({"a", "a", "b", "a"});
  int asked = 0;
  ask_sizes(
    all,
    [&asked](const captured_mount&, std::chrono::nanoseconds) {
      return ++asked == 1 ? size_answer{std::nullopt, "Permission denied", false}
                          : size_answer{file_system_size{100, 50, 50, 9, 9}, {}, false};
    },
    [&asked] { return asked < 2 ? 1s : 0s; });
  CAF_CHECK_EQUAL(all[0].problem, "Permission denied");
  CAF_CHECK_EQUAL(all[1].problem, "");
  CAF_CHECK_EQUAL(all[2].problem, "It was not asked, as there was no time left.");
  CAF_CHECK(all[3].size.has_value()); // what is known needs no time
}
