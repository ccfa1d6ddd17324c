#define CAF_SUITE host_labels

#include "app/export/host_labels.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(labels are names and values) {
  CAF_CHECK_EQUAL(check_host_labels({"rack=r12", "storage=a=b"}), "");
  const auto labels = parse_host_labels({"rack=r12", "storage=a=b"});
  CAF_REQUIRE_EQUAL(labels.size(), 2u);
  CAF_CHECK_EQUAL(labels[1].first, "storage");
  CAF_CHECK_EQUAL(labels[1].second, "a=b");
}

CAF_TEST(a label that metrics could not hold is refused) {
  for (const auto* bad : {"rack", "=x", "rack=", "9lives=x", "a-b=x", "__x=y", "instance=x", "le=1"}) {
    CAF_CHECK_NOT_EQUAL(check_host_labels({bad}), "");
    CAF_CHECK(parse_host_labels({bad}).empty());
  }
  CAF_CHECK_NOT_EQUAL(check_host_labels({"rack=a", "rack=b"}), "");
  CAF_CHECK_NOT_EQUAL(check_host_labels({"rack=" + std::string(65, 'x')}), "");
}
