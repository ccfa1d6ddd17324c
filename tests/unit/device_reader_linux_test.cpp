#define CAF_SUITE device_reader_linux

#include "actors/host/device_reader.hpp"
#include "actors/host/read_device_facts_linux.hpp"

#include "support/made_up_root.hpp"
#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

/// A machine of our own making.
struct fixture : made_up_root {
  std::optional<std::vector<device_counters>> disks, networks;

  /// Each has written *sectors*.
  void diskstats(const std::vector<std::string>& names, int sectors = 16) {
    std::string text;
    for (const auto& name : names)
      text += "8 0 " + name + " 0 0 0 0 " + std::to_string(sectors) + " 0 "
              + std::to_string(sectors) + " 0 0 0 0\n";
    write("proc/diskstats", text);
  }
  void net_dev(const std::vector<std::string>& names) {
    std::string text = "Inter-| Receive\n face |bytes\n";
    for (const auto& name : names)
      text += name + ": 2 1 0 0 0 0 0 0 2 1 0\n";
    write("proc/net/dev", text);
  }
  void interface(const std::string& name, int index, int link, const std::string& flags = "0x1003",
                 int type = 1) {
    const auto folder = "sys/class/net/" + name;
    write(folder + "/ifindex", std::to_string(index) + "\n");
    write(folder + "/iflink", std::to_string(link) + "\n");
    write(folder + "/flags", flags + "\n");
    write(folder + "/type", std::to_string(type) + "\n");
  }
  static std::string names(const std::optional<std::vector<device_counters>>& x) {
    std::string result;
    if (x)
      for (const auto& device : *x)
        result += (result.empty() ? "" : " ") + device.name;
    return result;
  }
  std::string disks_read_by(device_reader& reader) {
    reader.read(disks, networks);
    return names(disks);
  }
  std::string networks_read_by(device_reader& reader) {
    reader.read(disks, networks);
    return names(networks);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(device_reader_linux_tests, fixture)

CAF_TEST(what cannot be read is absent) {
  device_reader reader{root};
  reader.read(disks, networks);
  CAF_CHECK(!disks);
  CAF_CHECK(!networks);
}

CAF_TEST(disks are judged by the kernels tree and not by their names) {
  diskstats({"loop0", "loop0p1", "nvme0n1", "nvme0n1p1", "nvme0c0n1", "dm-0", "archive", "zd0",
             "zd0p1", "zram0", "nbd0", "nbd1", "cciss/c0d0", "cciss/c0d0p1"});
  for (const auto* name : {"loop0", "zd0", "zram0", "nbd1", "nvme0n1", "dm-0", "archive"})
    write("sys/block/" + std::string{name} + "/size", "0\n");
  write("sys/class/block/loop0p1/partition", "1\n");
  write("sys/class/block/zd0p1/partition", "1\n");
  write("sys/block/nvme0n1/device/model", "x");
  write("sys/block/nvme0n1/hidden", "0\n");
  write("sys/block/nvme0n1/wwid", "eui.1\n");
  write("sys/block/nvme0c0n1/device/model", "x");
  write("sys/block/nvme0c0n1/hidden", "1\n");
  write("sys/block/nvme0c0n1/wwid", "eui.1\n");
  write("sys/block/dm-0/slaves/nvme0n1p1", "");
  write("sys/block/archive/slaves/nvme0n1", "");
  write("sys/block/archive/device/model", "x"); // built on others, whatever else it has
  write("sys/block/nbd0/pid", "4711\n");
  write("sys/block/cciss!c0d0/device/model", "x");
  device_reader reader{root};
  for (int i = 0; i < 2; ++i)
    CAF_CHECK_EQUAL(disks_read_by(reader), "nvme0n1 nbd0 cciss/c0d0");
  CAF_CHECK_EQUAL(disks->front().out_bytes, 16u * 512);
}

CAF_TEST(interfaces are judged by the kernels tree and not by their names) {
  net_dev({"lo", "wan", "veth", "mybridge", "cali123", "tailscale0", "dummy7"});
  interface("lo", 1, 1, "0x9", 772);
  interface("wan", 2, 2);
  write("sys/class/net/wan/device/vendor", "x");
  interface("veth", 3, 3); // a name is no fact
  write("sys/class/net/veth/device/vendor", "x");
  interface("mybridge", 4, 4);
  write("sys/class/net/mybridge/lower_wan", "");
  write("sys/class/net/mybridge/lower_cali123", "");
  interface("cali123", 5, 2);
  write("sys/class/net/cali123/upper_mybridge", "");
  interface("tailscale0", 6, 6, "0x1091", 65534);
  interface("dummy7", 7, 7);
  device_reader reader{root};
  CAF_CHECK_EQUAL(networks_read_by(reader), "wan veth");
}

CAF_TEST(a container counts the way out and one without a pair its tunnel) {
  net_dev({"lo", "eth0", "tun0"});
  interface("lo", 1, 1, "0x9", 772);
  interface("eth0", 2, 31);
  interface("tun0", 3, 3, "0x1091", 65534);
  device_reader reader{root};
  CAF_CHECK_EQUAL(networks_read_by(reader), "eth0");
  net_dev({"lo", "tap0", "dummy0"});
  interface("tap0", 4, 4);
  write("sys/class/net/tap0/tun_flags", "0x1002\n");
  interface("dummy0", 5, 5, "0x82");
  CAF_CHECK_EQUAL(networks_read_by(reader), "tap0");
}

CAF_TEST(routes are read for both protocols) {
  net_dev({"lo", "eth0", "inner"});
  interface("eth0", 2, 31);
  interface("inner", 3, 2);
  const std::string heading =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
  write("proc/net/route", heading + "inner\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
                            + "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
  {
    device_reader reader{root};
    CAF_CHECK_EQUAL(networks_read_by(reader), "eth0");
  }
  write("proc/net/route", heading);
  const std::string any(32, '0');
  write("proc/net/ipv6_route", any + " 00 " + any
                                 + " 00 fe800000000000000000000000000001 00000400 00000001 "
                                 + "00000000 00000003     eth0\n" + any + " 00 " + any + " 00 "
                                 + any + " ffffffff 00000001 00000000 00200200       lo\n");
  device_reader reader{root};
  CAF_CHECK_EQUAL(networks_read_by(reader), "eth0");
}

CAF_TEST(devices that stay are not asked again) {
  diskstats({"sda", "sdb"});
  write("sys/block/sda/device/model", "x");
  write("sys/block/sdb/device/model", "x");
  write("sys/block/sdc/device/model", "x");
  write("sys/block/sdb/slaves/sda", "");
  device_reader reader{root};
  CAF_CHECK_EQUAL(disks_read_by(reader), "sda");
  std::filesystem::remove_all(root / "sys/block/sdb/slaves");
  for (int i = 0; i < 100; ++i)
    CAF_CHECK_EQUAL(disks_read_by(reader), "sda");
  diskstats({"sda", "sdb", "sdc"});
  CAF_CHECK_EQUAL(disks_read_by(reader), "sda sdb sdc");
}

CAF_TEST(devices that come and go are judged at once) {
  diskstats({"sda"});
  write("sys/block/sda/device/model", "x");
  net_dev({"lo", "eth0"});
  interface("eth0", 2, 2);
  write("sys/class/net/eth0/device/vendor", "x");
  device_reader reader{root};
  CAF_CHECK_EQUAL(disks_read_by(reader), "sda");

  write("sys/block/sdb/device/model", "x");
  write("sys/block/dm-0/slaves/sdb", "");
  diskstats({"sda", "sdb", "dm-0"});
  CAF_CHECK_EQUAL(disks_read_by(reader), "sda sdb");
  CAF_CHECK_EQUAL(names(networks), "eth0");
  diskstats({"sda"});
  CAF_CHECK_EQUAL(disks_read_by(reader), "sda");
  interface("wlan0", 3, 3);
  write("sys/class/net/wlan0/device/vendor", "x");
  net_dev({"lo", "eth0", "wlan0"});
  CAF_CHECK_EQUAL(networks_read_by(reader), "eth0 wlan0");
}

CAF_TEST(a device that is put in the place of another is judged too) {
  diskstats({"sda", "sdb"});
  write("sys/block/sda/device/model", "x");
  write("sys/block/sdb/device/model", "x");
  write("sys/block/sdc/slaves/sda", "");
  device_reader reader{root};
  CAF_CHECK_EQUAL(disks_read_by(reader), "sda sdb");
  diskstats({"sda", "sdc"});
  CAF_CHECK_EQUAL(disks_read_by(reader), "sda");
}

CAF_TEST(a network block device is noticed when it moves its first byte) {
  diskstats({"nbd0"}, 0);
  write("sys/block/nbd0/size", "0\n");
  device_reader reader{root};
  CAF_CHECK_EQUAL(disks_read_by(reader), "");
  write("sys/block/nbd0/pid", "4711\n");
  diskstats({"nbd0"}, 8);
  CAF_CHECK_EQUAL(disks_read_by(reader), "nbd0");
}

CAF_TEST(a default route that comes later is noticed soon) {
  net_dev({"eth0", "inner"});
  interface("eth0", 2, 31);
  interface("inner", 3, 2);
  device_reader reader{root};
  CAF_CHECK_EQUAL(networks_read_by(reader), "eth0 inner");
  write("proc/net/route", "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
  for (int i = 0; i < 11; ++i)
    reader.read(disks, networks);
  CAF_CHECK_EQUAL(names(networks), "eth0");
}

CAF_TEST(in a network of its own it counts the interfaces of the machine) {
  fs::create_directories(root / "proc/self/ns");
  fs::create_directories(root / "proc/1/ns");
  fs::create_symlink("net:[1]", root / "proc/1/ns/net");
  fs::create_symlink("net:[2]", root / "proc/self/ns/net");
  net_dev({"lo"});
  write("proc/1/net/dev", "Inter-| Receive\n face |bytes\neth0: 2 1 0 0 0 0 0 0 2 1 0\n");
  write("proc/1/net/route", "Iface\tDestination\n");
  CAF_CHECK(find_machine_network(root)
            == (network_places{root / "proc/net", root / "sys/class/net"})); // as long as one lacks
  write("proc/1/root/sys/class/net/eth0/device", "");
  CAF_CHECK(find_machine_network(root)
            == (network_places{root / "proc/1/net", root / "proc/1/root/sys/class/net"}));
  device_reader reader{root};
  reader.read(disks, networks);
  CAF_CHECK_EQUAL(names(networks), "eth0");
  fs::remove(root / "proc/self/ns/net");
  fs::create_symlink("net:[1]", root / "proc/self/ns/net");
  CAF_CHECK(find_machine_network(root)
            == (network_places{root / "proc/net", root / "sys/class/net"}));
}

CAF_TEST(a stack on partitions is built on the disks that they lie on) {
  write("sys/devices/pci/block/sda/sda1/partition", "1");
  write("sys/devices/pci/block/sdb/size", "8");
  fs::create_directories(root / "sys/block/md0/slaves");
  fs::create_directory_symlink(root / "sys/devices/pci/block/sda/sda1", root / "sys/block/md0/slaves/sda1");
  fs::create_directory_symlink(root / "sys/devices/pci/block/sdb", root / "sys/block/md0/slaves/sdb");
  CAF_CHECK_EQUAL(find_disks_below(root, "md0"), (std::vector<std::string>{"sda", "sdb"}));
  CAF_CHECK(find_disks_below(root, "sda").empty());
  CAF_CHECK_EQUAL(find_disk_name(root / "sys/devices/pci/block/sda/sda1"), "sda");
  CAF_CHECK_EQUAL(find_disk_name(root / "sys/devices/pci/block/gone"), "");
}

CAF_TEST_FIXTURE_SCOPE_END()
