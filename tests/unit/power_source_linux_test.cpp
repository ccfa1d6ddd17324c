#define CAF_SUITE power_source_linux

#include "app/witness/power_source_linux.hpp"

#include "support/made_up_root.hpp"
#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

/// A machine of our own making.
struct fixture : made_up_root {
  void supply(const std::string& name, const std::string& key, const std::string& value) {
    write(fs::path{"sys/class/power_supply"} / name / key, value + '\n');
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(power_source_linux_tests, fixture)

CAF_TEST(a machine of which no battery is known runs on mains) {
  CAF_CHECK(!runs_on_battery(root));
}

CAF_TEST(a battery drives the machine while it discharges and nothing else is connected) {
  supply("BAT0", "type", "Battery");
  supply("BAT0", "status", "Discharging");
  supply("AC", "type", "Mains");
  supply("AC", "online", "0");
  CAF_CHECK(runs_on_battery(root));
  supply("AC", "online", "1"); // a battery may discharge then too, to spare it
  CAF_CHECK(!runs_on_battery(root));
  supply("AC", "online", "0");
  supply("BAT0", "status", "Charging");
  CAF_CHECK(!runs_on_battery(root));
}

CAF_TEST(the battery of a mouse drives no machine) {
  supply("hidpp_battery_0", "type", "Battery");
  supply("hidpp_battery_0", "scope", "Device");
  supply("hidpp_battery_0", "status", "Discharging");
  CAF_CHECK(!runs_on_battery(root));
}

CAF_TEST_FIXTURE_SCOPE_END()
