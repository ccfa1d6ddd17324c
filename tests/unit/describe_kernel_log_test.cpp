#define CAF_SUITE describe_kernel_log

#include "actors/forensics_supervisor/describe_kernel_log.hpp"

#include "support/finding_words.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(the log of the kernel is read and described) {
  const auto line = parse_kernel_record("4,339,5140900000,-,caller=T1;INFO: task dd:7 blocked for more than "
                                        "120 seconds.\n SUBSYSTEM=block\n");
  CAF_REQUIRE(line);
  const clock_sample now{5141s, 5141s, 1'768'900'214s};
  CAF_CHECK_EQUAL(kernel_log_text({*line}, now),
                  "2026-01-20T09:10:13.900000Z <4> INFO: task dd:7 blocked for more than 120 seconds.\n");
  CAF_CHECK_EQUAL(words(find_in_kernel_log({*line, *line})),
                  "The kernel said: INFO: task dd:7 blocked for more than 120 seconds.|");
  CAF_CHECK_EQUAL(kernel_log_text({}, now), "The kernel said nothing in this time.\n");
}
