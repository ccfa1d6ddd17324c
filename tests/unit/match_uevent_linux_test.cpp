// Messages as the kernel's uevents have them, and what of them is an incident.
#define CAF_SUITE match_uevent_linux

#include "actors/kernel_log/read_uevents_linux.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;

namespace {

std::string message(std::string text) {
  std::replace(text.begin(), text.end(), '|', '\0');
  return text + '\0';
}

struct row {
  const char* text;
  const char* rule; ///< Empty: no incident.
  const char* device;
  const char* says;
};

const row rows[] = {
  {"change@/devices/pci0000:00/0000:00:02.0/drm/card0|ACTION=change|DEVPATH=/devices/pci0000:00/"
   "0000:00:02.0/drm/card0|SUBSYSTEM=drm|WEDGED=rebind,bus-reset|SEQNUM=4711",
   "uevent-wedged", "0000:00:02.0",
   "the GPU 0000:00:02.0 is stuck: its driver asks for rebind,bus-reset"},
  {"change@/devices/platform/gpu/drm/card1|ACTION=change|DEVPATH=/devices/platform/gpu/drm/card1|"
   "SUBSYSTEM=drm|WEDGED=none",
   "uevent-wedged", "gpu", "the GPU gpu hung, and its driver recovered it"},
  {"add@/devices/virtual/devcoredump/devcd3|ACTION=add|DEVPATH=/devices/virtual/devcoredump/devcd3|"
   "SUBSYSTEM=devcoredump|SEQNUM=9",
   "uevent-devcoredump", "", "a driver saved the state of a device that had failed (devcd3)"},
  {"change@/devices/virtual/thermal/thermal_zone7|ACTION=change|DEVPATH=/devices/virtual/thermal/"
   "thermal_zone7|SUBSYSTEM=thermal|NAME=x86_pkg_temp|TEMP=101000|TRIP=1|EVENT=2",
   "uevent-thermal", "x86_pkg_temp", "x86_pkg_temp was at 101 °C"},
  {"change@/devices/LNXSYSTM:00/BAT0|ACTION=change|SUBSYSTEM=power_supply|POWER_SUPPLY_NAME=BAT0|"
   "POWER_SUPPLY_STATUS=Charging|POWER_SUPPLY_HEALTH=Overheat|POWER_SUPPLY_CAPACITY_LEVEL=Normal",
   "uevent-supply", "BAT0", "the power supply BAT0 reports: Overheat"},
  {"change@/devices/LNXSYSTM:00/BAT1|ACTION=change|SUBSYSTEM=power_supply|POWER_SUPPLY_NAME=BAT1|"
   "POWER_SUPPLY_STATUS=Discharging|POWER_SUPPLY_CAPACITY_LEVEL=Critical",
   "uevent-battery", "BAT1", "the battery BAT1 was nearly empty"},
  // What is announced on any day.
  {"change@/devices/pci0000:00/0000:00:02.0/drm/card0|ACTION=change|DEVPATH=/devices/pci0000:00/"
   "0000:00:02.0/drm/card0|SUBSYSTEM=drm|HOTPLUG=1|CONNECTOR=97",
   "", "", ""},
  {"remove@/devices/virtual/devcoredump/devcd3|ACTION=remove|SUBSYSTEM=devcoredump", "", "", ""},
  {"change@/devices/virtual/thermal/thermal_zone7|ACTION=change|SUBSYSTEM=thermal|NAME=acpitz|"
   "TEMP=61000|TRIP=1|EVENT=2",
   "", "", ""},
  {"change@/devices/virtual/thermal/thermal_zone7|ACTION=change|SUBSYSTEM=thermal|NAME=acpitz|"
   "TEMP=hot|TRIP=1|EVENT=2",
   "", "", ""},
  {"change@/devices/BAT0|ACTION=change|SUBSYSTEM=power_supply|POWER_SUPPLY_NAME=BAT0|"
   "POWER_SUPPLY_STATUS=Discharging|POWER_SUPPLY_HEALTH=Good|POWER_SUPPLY_CAPACITY_LEVEL=Normal",
   "", "", ""},
  {"change@/devices/BAT0|ACTION=change|SUBSYSTEM=power_supply|POWER_SUPPLY_NAME=BAT0|"
   "POWER_SUPPLY_STATUS=Charging|POWER_SUPPLY_CAPACITY_LEVEL=Critical",
   "", "", ""},
  {"add@/devices/virtual/block/loop7|ACTION=add|SUBSYSTEM=block|WEDGED=rebind", "", "", ""},
};

} // namespace

CAF_TEST(of what is announced the incidents are named with their device) {
  for (const auto& x : rows) {
    const auto found = match_uevent(message(x.text));
    CAF_CHECK_EQUAL(found ? found->rule : "", x.rule);
    CAF_CHECK_EQUAL(found ? found->device : "", x.device);
    CAF_CHECK_EQUAL(found ? found->says : "", x.says);
  }
}

CAF_TEST(what is cut or damaged anywhere does no harm) {
  std::minstd_rand dice{7};
  for (const auto& x : rows) {
    const auto whole = message(x.text);
    for (std::size_t i = 0; i <= whole.size(); ++i)
      match_uevent(whole.substr(0, i));
    for (int i = 0; i < 200; ++i) {
      auto changed = whole;
      changed[dice() % changed.size()] = static_cast<char>(dice());
      match_uevent(changed);
    }
  }
  const auto found = match_uevent(message("|SUBSYSTEM=drm|WEDGED=" + std::string(3000, 'x')));
  CAF_REQUIRE(found);
  CAF_CHECK(found->says.size() < 200);
}

CAF_TEST(a storm of messages is read a piece at a time) {
  std::array<int, 2> ends{};
  CAF_REQUIRE_EQUAL(
    ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  const owned_descriptor writer{ends[0]};
  const auto aut = read_uevents(owned_descriptor{ends[1]}, false);
  CAF_CHECK(aut->read().empty());
  const auto incident = message(rows[0].text), garbage = std::string(300, '@');
  int sent = 0, found = 0;
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 100; ++i) // as many as there is room for
      ::send(writer.get(), garbage.data(), garbage.size(), MSG_DONTWAIT);
    sent += ::send(writer.get(), incident.data(), incident.size(), MSG_DONTWAIT) > 0 ? 1 : 0;
    found += static_cast<int>(aut->read().size());
  }
  CAF_CHECK(sent > 0);
  CAF_CHECK_EQUAL(found, sent);
}

CAF_TEST(this machine lets us listen or says that it does not ) {
  if (const auto aut = open_uevents())
    aut->read();
  else
    CAF_MESSAGE("the kernel has no uevents for us here");
}
