#define CAF_SUITE evidence_text

#include "actors/forensics_supervisor/describe_kernel_log.hpp"
#include "actors/forensics_supervisor/describe_mounts.hpp"
#include "actors/forensics_supervisor/describe_pressure.hpp"
#include "actors/forensics_supervisor/describe_processes.hpp"

#include <nlohmann/json.hpp>

#include "support/finding_words.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

const std::string evil = "\"; rm -rf ~ #) R 1\n\x1b[31m<b>&\xff";

std::string stat_line(const std::string& name) {
  return "42 (" + name + ") D 7 42 42 0 -1 4194304 100 0 9 0 150 50 0 0 20 0 3 0 12345 1000000 25 "
         "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0";
}

} // namespace

CAF_TEST(hostile names are harmless in every file) {
  const auto line = stat_line(evil);
  const auto found = captured(line, {});
  CAF_REQUIRE(found);
  auto x = *found;
  x.group = evil;
  x.write_rate = 298e6;
  const auto parsed = nlohmann::json::parse(processes_json({x}, {}, 300ms));
  CAF_CHECK_EQUAL(parsed["processes"][0]["state"], "D");
  CAF_CHECK(parsed["processes"][0]["read"].is_null());
  std::string all = processes_json({x}, {}, 300ms) + stacks_text({{42, 43, evil, evil, evil + '\n' + evil}}, evil)
                    + command_lines_json({{42, 1, evil + '\0' + evil}}) + pressure_json({{evil, "io", {}}})
                    + mounts_json({{evil, evil, evil}}) + words(find_in_processes({x}, 1))
                    + words(find_in_stacks({{42, 43, evil, evil, ""}}, 1))
                    + kernel_log_text({kernel_line{1s, 1, 6, 0, evil}}, {}) + words(find_in_mounts({{evil, evil, "ext4", 100, 0, 0}}));
  for (const char c : all)
    CAF_CHECK((static_cast<unsigned char>(c) >= 0x20 && c != '\x7f') || c == '\n');
  const auto lines = nlohmann::json::parse(command_lines_json({{42, 1, std::string{"-n\0\"; rm", 7}}}));
  CAF_CHECK_EQUAL(lines[0]["words"], (std::vector<std::string>{"-n", "\"; r"}));
  CAF_CHECK(nlohmann::json::accept(mounts_json({{evil, evil, evil}})));
  CAF_CHECK(nlohmann::json::accept(pressure_json({{evil, "io", {}}})));
}
