#define CAF_SUITE devices_linux

#include "actors/host/device_reader.hpp"
#include "support/temporary_folder.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <iostream>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;

// Real devices of this kernel, in network namespaces and on loop devices of their own: for root,
// and as far as the kernel and the tools have them.

namespace {

bool run(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

std::string names(const std::optional<std::vector<device_counters>>& x) {
  std::string result;
  if (x)
    for (const auto& device : *x)
      result += (result.empty() ? "" : " ") + device.name;
  return result;
}

std::string interfaces_of(device_reader& reader) {
  std::optional<std::vector<device_counters>> disks, networks;
  reader.read(disks, networks);
  return names(networks);
}

/// Prints what differs. @returns whether nothing does.
bool is_same(const std::string& found, const std::string& wanted) {
  if (found != wanted)
    std::cerr << "counted \"" << found << "\", not \"" << wanted << "\"\n";
  return found == wanted;
}

enum class outcome { right, wrong, no_rights, no_tools };

/// A network namespace that lives as long as this, for the other ends of pairs.
struct other_namespace {
  pid_t pid = -1;

  other_namespace() {
    int ready[2];
    if (::pipe2(ready, O_CLOEXEC) != 0)
      return;
    pid = ::fork();
    if (pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      const char ok = ::unshare(CLONE_NEWNET) == 0 ? 1 : 0;
      if (::write(ready[1], &ok, 1) == 1)
        for (;;)
          ::pause();
      ::_exit(1);
    }
    char ok = 0;
    ::close(ready[1]);
    static_cast<void>(::read(ready[0], &ok, 1));
    ::close(ready[0]);
  }
  ~other_namespace() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  bool run(const std::string& command) const {
    return ::run("nsenter -t " + std::to_string(pid) + " -n " + command);
  }
  /// Makes a pair with one end in here, as a container's card is seen from inside.
  bool give_card(const std::string& name) const {
    return ::run("ip link add " + name + " type veth peer name far-" + name)
           && ::run("ip link set far-" + name + " netns " + std::to_string(pid))
           && run("ip link set far-" + name + " up") && ::run("ip link set " + name + " up");
  }
};

/// Does *work* in a process with a fresh network namespace, and a /sys that shows it.
outcome in_namespace(const std::function<outcome()>& work) {
  const auto child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0
        || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0
        || ::mount("sysfs", "/sys", "sysfs", 0, nullptr) != 0)
      ::_exit(static_cast<int>(outcome::no_rights));
    if (!run("ip link set lo up") || !run("nsenter --version"))
      ::_exit(static_cast<int>(outcome::no_tools));
    ::_exit(static_cast<int>(work()));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? static_cast<outcome>(WEXITSTATUS(status)) : outcome::wrong;
}

void check(outcome x) {
  if (x == outcome::no_rights)
    CAF_MESSAGE("skipped: only root can make a network namespace");
  else if (x == outcome::no_tools)
    CAF_MESSAGE("skipped: the kernel or the tools lack a device that this needs");
  else
    CAF_CHECK(x == outcome::right);
}

outcome judged(bool is_right) {
  return is_right ? outcome::right : outcome::wrong;
}

/// Sends a megabyte to the other end.
void send_a_megabyte(const char* address) {
  const int out = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(9);
  ::inet_pton(AF_INET, address, &to.sin_addr);
  const std::string kilobyte(1000, 'x');
  for (int i = 0; i < 1000; ++i) {
    ::sendto(out, kilobyte.data(), kilobyte.size(), 0, reinterpret_cast<const sockaddr*>(&to),
             sizeof to);
    if (i % 20 == 19)
      ::usleep(1000); // queues are short
  }
  ::close(out);
}

} // namespace

CAF_TEST(a byte that leaves by a bridge over a card is counted once) {
  check(in_namespace([] {
    const other_namespace far;
    if (!far.give_card("wan") || !far.run("ip addr add 10.9.0.2/24 dev far-wan")
        || !run("ip link add lan type bridge") || !run("ip link set wan master lan")
        || !run("ip addr add 10.9.0.1/24 dev lan") || !run("ip link set lan up"))
      return outcome::no_tools;
    device_reader reader;
    std::optional<std::vector<device_counters>> disks, before, now;
    reader.read(disks, before);
    send_a_megabyte("10.9.0.2");
    reader.read(disks, now);
    const auto moved = traffic_between(before, now);
    if (!moved || moved->out_bytes < 900'000 || moved->out_bytes > 1'150'000) {
      std::cerr << (moved ? moved->out_bytes : 0) << " bytes counted by " << names(now) << '\n';
      return outcome::wrong;
    }
    return judged(is_same(names(now), "wan"));
  }));
}

CAF_TEST(what is built on a card is left out whatever it is called) {
  check(in_namespace([] {
    const other_namespace far;
    if (!far.give_card("eth0"))
      return outcome::no_tools;
    int made = 0;
    for (const auto* command :
         {"ip link add cni0 type bridge", "ip link add link eth0 name wifi0 type vlan id 5",
          "ip link add link eth0 name eth7 type macvlan",
          "ip link add link eth0 name eth8 type ipvlan",
          "ip link add flannel.1 type vxlan id 1 remote 10.9.0.9 dev eth0 dstport 4789",
          "ip link add eth9 type dummy", "ip tuntap add tailscale0 mode tun",
          "ip tuntap add vnet0 mode tap", "ip link add cali1 type veth peer name cali2",
          "ip link add wg9 type wireguard", "ip link add ifb9 type ifb",
          "ip link add gre9 type gre remote 10.9.0.9 dev eth0"})
      made += run(command);
    std::cerr << made << " of 12 devices could be made\n";
    device_reader reader;
    return judged(is_same(interfaces_of(reader), "eth0") && made > 0);
  }));
}

CAF_TEST(the members of a bond are counted and not the bond) {
  check(in_namespace([] {
    const other_namespace far;
    if (!far.give_card("a") || !far.give_card("b") || !run("ip link add uplink type bond")
        || !run("ip link set a down") || !run("ip link set b down")
        || !run("ip link set a master uplink") || !run("ip link set b master uplink"))
      return outcome::no_tools;
    device_reader reader;
    return judged(is_same(interfaces_of(reader), "a b"));
  }));
}

CAF_TEST(a container within is left out where the default route shows it) {
  check(in_namespace([] {
    const other_namespace far, container;
    if (!far.give_card("eth0") || !run("ip addr add 10.9.0.1/24 dev eth0")
        || !run("ip route add default via 10.9.0.2") || !container.give_card("web")
        || !run("ip link add inner type bridge") || !run("ip link set web master inner"))
      return outcome::no_tools;
    device_reader reader;
    return judged(is_same(interfaces_of(reader), "eth0"));
  }));
}

CAF_TEST(a tap is counted where it is the only way out and no longer when a card comes) {
  check(in_namespace([] {
    const other_namespace far;
    if (!run("ip tuntap add tap0 mode tap") || !run("ip link add eth5 type dummy"))
      return outcome::no_tools;
    device_reader reader;
    if (!is_same(interfaces_of(reader), "tap0"))
      return outcome::wrong;
    if (!far.give_card("eth0"))
      return outcome::no_tools;
    if (!is_same(interfaces_of(reader), "eth0") || !run("ip link del eth0"))
      return outcome::wrong;
    return judged(is_same(interfaces_of(reader), "tap0"));
  }));
}

CAF_TEST(a file that is mounted as a disk is counted at the disk that it lies on) {
  const temporary_folder folder;
  const auto image = folder.path / "image";
  { std::ofstream{image}; }
  std::filesystem::resize_file(image, 16 << 20);
  const auto table = "printf 'label: dos\\n,4M\\n' | sfdisk " + image.string();
  const auto attach = "losetup -f --show " + std::string{run(table) ? "-P " : ""} + image.string();
  device_reader reader;
  std::optional<std::vector<device_counters>> before, now, networks;
  reader.read(before, networks);
  std::string device;
  if (auto* out = ::popen((attach + " 2>/dev/null").c_str(), "r")) {
    char text[64] = {};
    if (std::fgets(text, sizeof text, out) != nullptr)
      device = std::string{text}.substr(0, std::string{text}.find('\n'));
    ::pclose(out);
  }
  if (device.empty()) {
    CAF_MESSAGE("skipped: no loop device is to be had");
    return;
  }
  CAF_CHECK(run("dd if=/dev/zero of=" + device + " bs=1M count=2 seek=8 oflag=direct"));
  reader.read(now, networks);
  CAF_CHECK_EQUAL(names(now), names(before));
  if (run("dmsetup create pmactor-test --table '0 2048 linear " + device + " 20480'")) {
    CAF_CHECK(run("dd if=/dev/zero of=/dev/mapper/pmactor-test bs=512k count=1 oflag=direct"));
    reader.read(now, networks);
    CAF_CHECK_EQUAL(names(now), names(before));
    CAF_CHECK(run("dmsetup remove pmactor-test"));
  } else {
    CAF_MESSAGE("skipped in part: no device mapper is to be had");
  }
  CAF_CHECK(run("losetup -d " + device));
}
