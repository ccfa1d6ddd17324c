#define CAF_SUITE parse_mountstats

#include "actors/host/parse_mountstats.hpp"

#include "support/test.hpp"

using namespace pmactor;

namespace {

constexpr auto text = "device proc mounted on /proc with fstype proc\n"
                      "device nas:/a mounted on /mnt/with\\040blank with fstype nfs4 statvers=1.1\n"
                      "\topts:\trw,vers=4.1\n"
                      "\tage:\t17\n"
                      "\txprt:\ttcp 875 1 1 0 3 1200 1199 0 1300 0 2 0 0\n"
                      "\txprt:\ttcp 876 1 1 0 3 34 34 0 40 0 2 0 0\n"
                      "\tper-op statistics\n"
                      "\t        NULL: 1 1 0 44 24 0 0 0 0\n"
                      "device old:/b mounted on /mnt/old with fstype nfs statvers=1.1\n"
                      "\txprt:\tudp 800 1 77 70 0 90 0 2\n"
                      "device cut:/c mounted on /mnt/cut with fstype nfs statvers=1.1\n"
                      "\txprt:\ttcp 875 1 1";

} // namespace

CAF_TEST(requests are added up over the connections of one mount) {
  CAF_CHECK_EQUAL(nfs_requests_sent(text, "/mnt/with blank").value_or(0), 1234u);
  CAF_CHECK_EQUAL(nfs_requests_sent(text, "/mnt/old").value_or(0), 77u);
}

CAF_TEST(what the text does not say is absent) {
  CAF_CHECK(!nfs_requests_sent(text, "/proc"));
  CAF_CHECK(!nfs_requests_sent(text, "/mnt/cut"));
  CAF_CHECK(!nfs_requests_sent(text, "/elsewhere"));
  CAF_CHECK(!nfs_requests_sent("", "/"));
}
