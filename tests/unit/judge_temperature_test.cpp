#define CAF_SUITE judge_temperature

#include "app/sampler/judge_temperature.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a sensor is ranked by how well it stands for the die) {
  const auto rank = rank_cpu_sensor;
  CAF_CHECK_GREATER(rank("coretemp", "Package id 1"), rank("coretemp", "Core 0"));
  CAF_CHECK_GREATER(rank("coretemp", "Core 0"), rank("x86_pkg_temp", ""));
  CAF_CHECK_GREATER(rank("k10temp", "Tdie"), rank("k10temp", "Tctl"));
  CAF_CHECK_GREATER(rank("k10temp", "Tctl"), rank("k10temp", "Tccd1"));
  CAF_CHECK_GREATER(rank("k10temp", "Tccd1"), rank("k10temp", ""));
  CAF_CHECK_GREATER(rank("k8temp", ""), rank("cpu-thermal", ""));
  CAF_CHECK_GREATER(rank("x86_pkg_temp", ""), rank("TCPU", ""));
  CAF_CHECK_GREATER(rank("B0D4", ""), rank("cpu-thermal", ""));
  CAF_CHECK_GREATER(rank("cpu-thermal", ""), rank("scpi_sensors", "cpu"));
  CAF_CHECK_GREATER(rank("thinkpad", "CPU"), 0);
  CAF_CHECK_EQUAL(rank("acpitz", ""), 0);
  CAF_CHECK_EQUAL(rank("nvme", "Composite"), 0);
  CAF_CHECK_EQUAL(rank("nct6775", "CPUTIN"), 0);
}

CAF_TEST(only what a running CPU can have is believed) {
  CAF_CHECK(judge_temperature("61000\n") == 61.0);
  CAF_CHECK(judge_temperature("1000") == 1.0);
  CAF_CHECK(judge_temperature("150000") == 150.0);
  CAF_CHECK(judge_temperature("47\n") == 47.0); // whole degrees
  for (const auto* text : {"", "\n", "x", "-1", "-5000", "0", "151", "999", "150001", "255000",
                           "65535000", "99999999999999999999999"})
    CAF_CHECK(!judge_temperature(text));
}
