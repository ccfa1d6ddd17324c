#define CAF_SUITE choose_disks

#include "actors/host/choose_disks.hpp"

#include "support/names_counted.hpp"
#include "support/test.hpp"

using namespace pmactor;

namespace {

disk_facts disk(const std::string& name) { // known, whole, with nothing behind it
  disk_facts x;
  x.name = name;
  x.is_known = true;
  x.has_moved = true;
  return x;
}

disk_facts hardware(const std::string& name) {
  auto x = disk(name);
  x.is_hardware = true;
  return x;
}

disk_facts stacked(const std::string& name) {
  auto x = disk(name);
  x.is_stacked = true;
  return x;
}

disk_facts unknown(const std::string& name) { // no /sys
  disk_facts x;
  x.name = name;
  x.has_moved = true;
  return x;
}

std::string counted(const std::vector<disk_facts>& all) {
  return names_counted(all, choose_disks(all));
}

} // namespace

CAF_TEST(a disk with hardware behind it counts and nothing that is made of it) {
  auto part = unknown("sda1");
  part.is_partition = true;
  auto image = disk("loop0"), image_part = unknown("loop0p1");
  image_part.is_partition = true;
  CAF_CHECK_EQUAL(
    counted({hardware("sda"), part, stacked("dm-0"), stacked("md_data"), stacked("bcache0"),
             stacked("drbd3"), image, image_part, disk("zram0"), disk("zd0"), disk("ram0")}),
    "sda");
}

CAF_TEST(an array of disks counts at the disks whatever it is called) {
  CAF_CHECK_EQUAL(counted({hardware("sda"), hardware("sdb"), stacked("archive"), stacked("vda")}),
                  "sda sdb");
}

CAF_TEST(a network block device counts while it is connected) {
  auto connected = disk("nbd0");
  connected.has_server = true;
  CAF_CHECK_EQUAL(counted({connected, disk("nbd1")}), "nbd0");
}

CAF_TEST(a hidden path counts only where its disk keeps no count) {
  auto head = hardware("nvme0n1"), path = hardware("nvme0c0n1"), other = hardware("nvme1n1");
  head.id = path.id = "eui.1";
  other.id = "eui.2";
  path.is_hidden = true;
  CAF_CHECK_EQUAL(counted({head, path, other}), "nvme0n1 nvme1n1");
  head.has_moved = false; // kernels before 6.4
  CAF_CHECK_EQUAL(counted({head, path, other}), "nvme0n1 nvme0c0n1 nvme1n1");
  path.has_moved = false;
  CAF_CHECK_EQUAL(counted({head, path, other}), "nvme0n1 nvme1n1");
}

CAF_TEST(without the kernels device tree the kernels naming is all there is) {
  CAF_CHECK_EQUAL(
    counted({unknown("sda"), unknown("sda1"), unknown("sdaa"), unknown("nvme0n1"),
             unknown("nvme0n1p12"), unknown("nvme0n10"), unknown("nvme0c0n1"), unknown("mmcblk0"),
             unknown("mmcblk0p1"), unknown("xvda1"), unknown("dm-0"), unknown("md127"),
             unknown("md127p1"), unknown("md_data"), unknown("zd0"), unknown("zd0p1"),
             unknown("loop0p1"), unknown("nbd0"), unknown("nbd0p1")}),
    "sda sdaa nvme0n1 nvme0n10 mmcblk0 xvda1 nbd0");
}
