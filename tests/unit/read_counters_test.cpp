#define CAF_SUITE read_counters

#include "actors/system_metrics/read_counters.hpp"

#include <ctime>
#include <filesystem>

#include "support/test.hpp"

using namespace pmactor;

namespace {

/// On Linux. Without one nothing may lead out of the machine.
bool has_network_card() {
  std::error_code none;
  for (const auto& x : std::filesystem::directory_iterator{"/sys/class/net", none})
    if (std::filesystem::exists(x.path() / "device", none))
      return true;
  return false;
}

} // namespace

CAF_TEST(this host has its counters and they move forward) {
  const auto read = open_counters();
  const auto before = read();
  const auto now = read();
  CAF_CHECK(before.cores > 0);
  CAF_CHECK(before.load1.has_value());
  CAF_CHECK(before.mem_total.value() > before.mem_available.value());
  CAF_CHECK(before.disks.has_value());
  CAF_CHECK(before.nets.has_value() || !has_network_card());
  CAF_CHECK(now.cpu.value().busy + now.cpu.value().idle >= before.cpu.value().busy + before.cpu.value().idle);
  CAF_CHECK(now.at.awake > before.at.awake);
  CAF_CHECK(now.at.total >= now.at.awake);
  CAF_CHECK(std::abs(to_seconds(now.at.wall) - static_cast<double>(std::time(nullptr))) < 5);
}

CAF_TEST(a reading costs little) {
  const auto read = open_counters();
  read();
  constexpr int rounds = 500;
  const auto begin = std::clock();
  for (int i = 0; i < rounds; ++i)
    read();
  const auto us = static_cast<double>(std::clock() - begin) * 1e6 / CLOCKS_PER_SEC / rounds;
  CAF_MESSAGE("a reading takes " << us << " us of CPU");
  CAF_CHECK(us < 600); // ten times the budget: sanitizers and shared hosts
}
