#define CAF_SUITE decide_folder_retention

#include "actors/forensics_supervisor/decide_folder_retention.hpp"

#include "support/test.hpp"

using namespace pmactor;

namespace {

std::string removed(const quota_choice& x) {
  std::string result;
  for (const auto& name : x.remove)
    result += name + ' ';
  return result;
}

const std::vector<kept_folder> three{{"b", 20, false}, {"c", 30, false}, {"a", 10, false}};

} // namespace

CAF_TEST(nothing goes while all is within the quota) {
  const auto x = decide_folder_retention(three, 60, "");
  CAF_CHECK_EQUAL(removed(x), "");
  CAF_CHECK_EQUAL(x.left, 60u);
  CAF_CHECK(x.is_kept);
}

CAF_TEST(the oldest go first and no more than needed) {
  const auto x = decide_folder_retention(three, 35, "");
  CAF_CHECK_EQUAL(removed(x), "a b ");
  CAF_CHECK_EQUAL(x.left, 30u);
}

CAF_TEST(pinned ones and the newest capture stay) {
  auto folders = three;
  folders[2].pinned = true;
  const auto x = decide_folder_retention(folders, 5, "c");
  CAF_CHECK_EQUAL(removed(x), "b ");
  CAF_CHECK_EQUAL(x.left, 40u);
  CAF_CHECK(!x.is_kept);
}

CAF_TEST(a quota of zero keeps all) {
  CAF_CHECK_EQUAL(removed(decide_folder_retention(three, 0, "")), "");
  CAF_CHECK(decide_folder_retention(three, 0, "").is_kept);
}
