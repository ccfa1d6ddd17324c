#define CAF_SUITE drive_list

#include "actors/black_box/drive_list.hpp"

#include "app/instance/note_drives.hpp"
#include "support/temporary_folder.hpp"
#include "support/test.hpp"

#include <fstream>
#include <iterator>
#include <sys/stat.h>

using namespace pmactor;

CAF_TEST(what was noted of the drives is read as it was) {
  const std::vector<drive_counters> drives{{"Samsung SSD 990 S7U8", 120, 7}, {"WDC 1", 40, std::nullopt}};
  const auto text = compose_drive_list(drives, "7c3f");
  CAF_CHECK_EQUAL(text, "boot 7c3f\n120 7 Samsung SSD 990 S7U8\n40 - WDC 1\n");
  CAF_CHECK(parse_drive_list(text, "7c3f") == drives);
}

CAF_TEST(what was noted in another boot says nothing) {
  const auto text = compose_drive_list({{"a disk", 1, 1}}, "7c3f");
  CAF_CHECK(parse_drive_list(text, "7c3e").empty());
  CAF_CHECK(parse_drive_list(text, "").empty());
  CAF_CHECK(parse_drive_list("boot \n1 1 a disk\n", "").empty());
}

CAF_TEST(a line that is torn or foreign is left out) {
  CAF_CHECK(parse_drive_list("", "b").empty());
  CAF_CHECK(parse_drive_list("boot b\n12", "b").empty());
  CAF_CHECK(parse_drive_list("boot b\n12 \n1 2\n1 2 \nx 2 name\n99999999999999999999 1 name\n", "b").empty());
  const auto found = parse_drive_list("boot b\nx\n1 2 " + std::string(500, 'n'), "b");
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].name.size(), 64u);
  std::string many = "boot b\n";
  for (int i = 0; i < 100; ++i)
    many += "1 2 n\n";
  CAF_CHECK_EQUAL(parse_drive_list(many, "b").size(), 4u);
  CAF_CHECK_EQUAL(compose_drive_list({{"two\nlines", 1, 1}}, "b"), "boot b\n1 1 two lines\n");
}

CAF_TEST(what the drives say is noted for root alone) {
  const temporary_folder folder;
  const auto file = folder.path / "run" / "drives";
  const auto list = list_drives();
  CAF_CHECK(list.starts_with("boot "));
  CAF_REQUIRE(note_drives(file, {"/bin/echo", list}));
  struct stat found {};
  CAF_REQUIRE_EQUAL(::stat(file.c_str(), &found), 0);
  CAF_CHECK_EQUAL(found.st_mode & 0777u, 0600u);
  std::ifstream in{file};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  CAF_CHECK_EQUAL(text, list + '\n');
  CAF_CHECK(!note_drives("/proc/nowhere/drives", {"/bin/echo", list}));
  CAF_CHECK(!note_drives(file, {"/bin/false"}));
}
