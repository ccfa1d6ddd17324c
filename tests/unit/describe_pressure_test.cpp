#define CAF_SUITE describe_pressure

#include "actors/forensics_supervisor/describe_pressure.hpp"

#include <nlohmann/json.hpp>

#include "support/finding_words.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(pressure is read and told) {
  const auto io = parse_pressure("some avg10=61.20 avg60=1.00 avg300=0.00 total=5000000\n"
                                 "full avg10=45.00 avg60=0.00 avg300=0.00 total=4000000\n", "", "io");
  const auto group = parse_pressure("some avg10=90.00 avg60=1.00 avg300=0.00 total=5\n", "/x", "memory");
  CAF_CHECK_EQUAL(words(find_in_pressure({io, group})),
                  "All busy tasks were waiting for a disk in 45 % of the last 10 s.|The cgroup /x was "
                  "waiting for memory in 90 % of the last 10 s.|");
  const auto parsed = nlohmann::json::parse(pressure_json({io, group}));
  CAF_CHECK_EQUAL(parsed[0]["some"]["avg10"], 61.2);
  CAF_CHECK(parsed[0]["cgroup"].is_null());
  CAF_CHECK(parsed[1]["full"].is_null());
  CAF_CHECK(!parse_pressure("nonsense", "", "io").some);
}
