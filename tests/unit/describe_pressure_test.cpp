#define CAF_SUITE describe_pressure

#include "actors/forensics_supervisor/describe_pressure.hpp"

#include <nlohmann/json.hpp>

#include "support/finding_words.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(pressure is read and described) {
  const captured_pressure io{"", "io", {{{5s, 61.2}}, {{4s, 45.0}}}};
  const captured_pressure group{"/x", "memory", {{{5us, 90.0}}, {}}};
  CAF_CHECK_EQUAL(words(find_in_pressure({io, group})),
                  "All busy tasks were waiting for a disk in 45 % of the last 10 s.|The cgroup /x was "
                  "waiting for memory in 90 % of the last 10 s.|");
  const auto parsed = nlohmann::json::parse(pressure_json({io, group}));
  CAF_CHECK_EQUAL(parsed[0]["some"]["avg10"], 61.2);
  CAF_CHECK(parsed[0]["cgroup"].is_null());
  CAF_CHECK(parsed[1]["full"].is_null());
  CAF_CHECK_EQUAL(parsed[0]["full"]["total"], 4'000'000);
}
