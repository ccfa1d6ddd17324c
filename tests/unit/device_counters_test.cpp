#define CAF_SUITE device_counters

#include "actors/host/device_counters.hpp"

#include <random>

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(every line of the disks is read in sectors of half a kilobyte) {
  std::vector<device_counters> x(3); // from a reading before
  read_disk_counters("   7       0 loop0 1 0 1 0 1 0 1 0 0 0 0\n"
                  " 254       0 vda 33650 8645 2702634 8493 8894 7112 1619992 3145 0 4672 12063\n"
                  " 254       1 vda1 5 5 5\n"
                  " 104       0 cciss/c0d0 1 0 2 0 1 0 2 0 0 0 0\n",
                  x);
  CAF_REQUIRE_EQUAL(x.size(), 3u);
  CAF_CHECK(x[1] == (device_counters{"vda", 2702634ull * 512, 1619992ull * 512, 33650, 8894}));
  CAF_CHECK_EQUAL(x[2].name, "cciss/c0d0");
}

CAF_TEST(every line of the interfaces is read) {
  std::vector<device_counters> x;
  parse_net_dev(
    "Inter-|   Receive                            |  Transmit\n"
    " face |bytes packets errs drop fifo frame compressed multicast|bytes packets\n"
    "    lo:    3267      29    0    0    0     0          0         0     3267      29 0\n"
    "  eth0:69073315 2371 0 0 0 0 0 0 146979 1915 0 0 0 0 0 0\n"
    "eth0:1: 28791246     749    0    0    0     0          0         0    37321     456 0\n"
    " broken: 5 2\n",
    x);
  CAF_REQUIRE_EQUAL(x.size(), 3u);
  CAF_CHECK_EQUAL(x[0].name, "lo");
  CAF_CHECK(x[1] == (device_counters{"eth0", 69073315, 146979, 2371, 1915}));
  CAF_CHECK_EQUAL(x[2].name, "eth0:1");
}

CAF_TEST(traffic is summed over the devices that were there before) {
  using devices = std::vector<device_counters>;
  const devices before{{"sda", 1000, 500, 10, 5}, {"sdb", 0, 900, 0, 9}};
  const devices now{{"sdb", 10, 1000, 1, 10}, {"sdc", 99, 99, 99, 99}, {"sda", 3000, 600, 12, 6}};
  CAF_CHECK(traffic_between(before, now) == (device_traffic{2010, 200, 3, 2}));
  CAF_CHECK(!traffic_between(std::nullopt, now));
  CAF_CHECK(!traffic_between(before, std::nullopt));
}

CAF_TEST(traffic is unknown when a device went or its counters began anew) {
  using devices = std::vector<device_counters>;
  const devices before{{"sda", 1000, 500, 10, 5}, {"sdb", 0, 900, 0, 9}};
  CAF_CHECK(!traffic_between(before, devices{{"sda", 1000, 500, 10, 5}}));
  for (auto member : {&device_counters::in_bytes, &device_counters::out_bytes,
                      &device_counters::in_count, &device_counters::out_count}) {
    auto now = before;
    CAF_CHECK(traffic_between(before, now) == device_traffic{});
    now[0].*member -= 1;
    CAF_CHECK(!traffic_between(before, now));
  }
}

CAF_TEST(no text is too odd or too long) {
  const std::string text = "8 0 sda 1 0 10 0 1 0 20 0 0 0 0\n eth0: 1 2 0 0 0 0 0 0 3 4 0\n";
  std::mt19937 chance{7};
  for (int round = 0; round < 2000; ++round) {
    auto bytes = text;
    for (int i = 0; i < 6; ++i)
      bytes[chance() % bytes.size()] = static_cast<char>(chance());
    bytes.resize(chance() % (bytes.size() + 1));
    std::vector<device_counters> x;
    read_disk_counters(bytes, x);
    parse_net_dev(bytes, x);
  }
  std::string many;
  for (int i = 0; i < 9000; ++i)
    many += "8 0 disk" + std::to_string(i) + " 1 0 10 0 1 0 20 0 0 0 0\n";
  std::vector<device_counters> x;
  read_disk_counters(many, x);
  CAF_CHECK_EQUAL(x.size(), most_devices);
}
