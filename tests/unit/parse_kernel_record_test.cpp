#define CAF_SUITE parse_kernel_record

#include "actors/host/parse_kernel_record.hpp"

#include <string>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

std::string text_of(const std::string& record) {
  const auto line = parse_kernel_record(record);
  return line ? line->text : "no record";
}

} // namespace

CAF_TEST(a record of the log is taken apart) {
  const auto line =
    parse_kernel_record("4,339,5140900000,-,caller=T1;INFO: task dd:7 blocked for more than "
                        "120 seconds.\n SUBSYSTEM=block\n DEVICE=b8:0\n");
  CAF_REQUIRE(line);
  CAF_CHECK_EQUAL(line->priority, 4);
  CAF_CHECK_EQUAL(line->facility, 0);
  CAF_CHECK_EQUAL(line->sequence, 339u);
  CAF_CHECK(line->at == 5140900ms);
  CAF_CHECK_EQUAL(line->text, "INFO: task dd:7 blocked for more than 120 seconds.");
}

CAF_TEST(what a program wrote to the log is distinguished from what the kernel did) {
  const auto line =
    parse_kernel_record("12,1,5,-;systemd-oomd[612]: Killed a.scope due to memory pressure");
  CAF_REQUIRE(line);
  CAF_CHECK_EQUAL(line->facility, 1);
  CAF_CHECK_EQUAL(line->priority, 4);
}

CAF_TEST(bytes that the kernel spells out are themselves again) {
  CAF_CHECK_EQUAL(text_of("6,1,5,-;CIFS: VFS: \\x5c\\x5cnas\\x5cshare"),
                  "CIFS: VFS: \\\\nas\\share");
  CAF_CHECK_EQUAL(text_of("6,1,5,-;caf\\xc3\\xa9 \\x0a end \\x5"), "caf\xc3\xa9 \n end \\x5");
}

CAF_TEST(what is no record of the log is none) {
  for (const char* broken : {"", ";", "a,b,c;d", "4,339;x", "4,1,99999999999999999999,-;x",
                             "-1,2,3,-;x", "4,1,2", "4,1,x,-;y"})
    CAF_CHECK(!parse_kernel_record(broken));
  CAF_CHECK_EQUAL(text_of("6,1,5,-;" + std::string(100'000, 'x')).size(), 1024u);
}
