#define CAF_SUITE compose_command

#include "actors/powermetrics_reader/compose_command.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using command = std::vector<std::string>;

constexpr mac_facts apple{mac_facts::processor::apple, false};
constexpr mac_facts intel{mac_facts::processor::intel, false};

std::string joined(const command& words) {
  std::string result;
  for (const auto& word : words)
    result += (result.empty() ? "" : " ") + word;
  return result;
}

bool asks_for(const command& words, std::string_view sampler) {
  const auto list = std::find(words.begin(), words.end(), "--samplers") + 1;
  return ("," + *list + ",").find("," + std::string{sampler} + ",") != std::string::npos;
}

} // namespace

CAF_TEST(apple silicon is asked for what it has) {
  CAF_CHECK_EQUAL(joined(powermetrics_command(apple, 1s, false)),
                  "/usr/bin/sudo -n /usr/bin/powermetrics -f plist -b 0 --handle-invalid-values "
                  "--show-process-io --samplers "
                  "tasks,battery,network,disk,interrupts,cpu_power,thermal,gpu_power,ane_power -i 1000");
}

CAF_TEST(intel is asked for what it has) {
  const auto words = powermetrics_command(intel, 1s, false);
  for (const auto* sampler : {"tasks", "disk", "network", "cpu_power", "thermal", "gpu_power", "smc"})
    CAF_CHECK(asks_for(words, sampler));
  CAF_CHECK(!asks_for(words, "ane_power"));
  // Fatal on Apple Silicon.
  CAF_CHECK(!asks_for(powermetrics_command(apple, 1s, false), "smc"));
}

CAF_TEST(root needs no sudo) {
  auto mac = apple;
  mac.is_root = true;
  const auto words = powermetrics_command(mac, 1s, false);
  CAF_CHECK_EQUAL(words.at(0), "/usr/bin/powermetrics");
}

CAF_TEST(the interval is in milliseconds and never none) {
  const auto interval = [](std::chrono::nanoseconds x) {
    return powermetrics_command(apple, x, false).back();
  };
  CAF_CHECK_EQUAL(interval(5s), "5000");
  CAF_CHECK_EQUAL(interval(250ms), "250");
  CAF_CHECK_EQUAL(interval(1ns), "1"); // 0 would be no samples at all
}

CAF_TEST(coalitions are asked for when they are wanted) {
  const auto wants = [](bool x) {
    const auto words = powermetrics_command(apple, 1s, x);
    return std::count(words.begin(), words.end(), "--show-process-coalition");
  };
  CAF_CHECK_EQUAL(wants(true), 1);
  CAF_CHECK_EQUAL(wants(false), 0);
}

CAF_TEST(an unknown sampler is left out of the list) {
  using command = std::vector<std::string>;
  const command asked = {"powermetrics", "--samplers", "tasks,smc,disk", "-i", "1000"};
  const auto less = [&](const char* line) {
    const auto result = without_unknown_sampler(asked, line);
    return result ? result->at(2) : std::string{"as before"};
  };
  CAF_CHECK_EQUAL(less("powermetrics: unrecognized sampler: smc"), "tasks,disk");
  CAF_CHECK_EQUAL(less("unrecognized sampler: tasks"), "smc,disk");
  CAF_CHECK_EQUAL(less("unrecognized sampler: disk"), "tasks,smc");
  CAF_CHECK_EQUAL(less("unrecognized sampler: task"), "as before");
  CAF_CHECK_EQUAL(less("unrecognized sampler: 1000"), "as before");
  CAF_CHECK_EQUAL(less("unrecognized sampler: "), "as before");
  CAF_CHECK_EQUAL(less("something else"), "as before");
  CAF_CHECK(without_unknown_sampler({"p", "--samplers=smc,disk"}, "unrecognized sampler: smc")
            == command({"p", "--samplers=disk"}));
  CAF_CHECK(!without_unknown_sampler({"p", "--samplers", "smc"}, "unrecognized sampler: smc"));
}

CAF_TEST(each list that lacks a sampler is known in advance) {
  const auto all = with_fallbacks({"p", "--samplers", "a,b,c", "-i", "1"});
  CAF_REQUIRE_EQUAL(all.size(), 4u);
  CAF_CHECK_EQUAL(joined(all[0]), "p --samplers a,b,c -i 1");
  CAF_CHECK_EQUAL(joined(all[1]), "p --samplers b,c -i 1");
  CAF_CHECK_EQUAL(joined(all[3]), "p --samplers a,b -i 1");
  CAF_CHECK_EQUAL(with_fallbacks({"p", "--samplers", "a"}).size(), 1u);
  CAF_CHECK_EQUAL(with_fallbacks({"p", "--samplers"}).size(), 1u);
  CAF_CHECK_EQUAL(with_fallbacks({"p"}).size(), 1u);
}
