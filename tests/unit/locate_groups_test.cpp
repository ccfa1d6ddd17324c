#define CAF_SUITE locate_groups

#include "actors/host/locate_groups.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a pure v2 host has one hierarchy) {
  const auto x = locate_groups("0::/user.slice/user-1000.slice/app.scope\n",
                               "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n");
  CAF_CHECK_EQUAL(x.unified, (group_folders{"/sys/fs/cgroup/user.slice/user-1000.slice/app.scope",
                                            "/sys/fs/cgroup/user.slice/user-1000.slice",
                                            "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup"}));
  CAF_CHECK(x.cpu.empty());
  CAF_CHECK(x.freezer.empty());
}

CAF_TEST(a hybrid host has v1 controllers beside an empty v2) {
  const auto x = locate_groups("6:freezer:/jail\n2:cpu,cpuacct:/a/b\n0::/\n",
                               "31 23 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
                               "32 23 0:28 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer\n"
                               "33 23 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  CAF_CHECK_EQUAL(x.unified, (group_folders{"/sys/fs/cgroup/unified"}));
  CAF_CHECK_EQUAL(x.cpu, (group_folders{"/sys/fs/cgroup/cpu/a/b", "/sys/fs/cgroup/cpu/a",
                                        "/sys/fs/cgroup/cpu"}));
  CAF_CHECK_EQUAL(x.freezer,
                  (group_folders{"/sys/fs/cgroup/freezer/jail", "/sys/fs/cgroup/freezer"}));
}

CAF_TEST(a container sees a part of the tree) {
  const auto x = locate_groups("0::/docker/abc/sub\n",
                               "30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  CAF_CHECK_EQUAL(x.unified, (group_folders{"/sys/fs/cgroup/sub", "/sys/fs/cgroup"}));
  const auto outside = locate_groups("0::/../other\n",
                                     "30 23 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  CAF_CHECK(outside.unified.empty());
}

CAF_TEST(a group beside the part that a container sees is not taken for one within it) {
  for (const char* root :
       {"/docker/abc", "/.."}) { // the latter is mounted from outside of the own namespace
    const auto mounts =
      "30 23 0:26 " + std::string{root} + " /sys/fs/cgroup ro - cgroup2 cgroup rw\n";
    const auto x = find_hierarchy("0::/docker/abcd\n", mounts, "");
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->folder, "/sys/fs/cgroup");
    CAF_CHECK(!x->own);
    CAF_CHECK(locate_groups("0::/docker/abcd\n", mounts).unified.empty());
  }
}

CAF_TEST(a mount point may hold a blank) {
  const auto x = locate_groups("0::/a\n", "30 23 0:26 / /my\\040groups rw - cgroup2 x rw\n");
  CAF_CHECK_EQUAL(x.unified, (group_folders{"/my groups/a", "/my groups"}));
}

CAF_TEST(nothing is found where nothing is) {
  CAF_CHECK(locate_groups("", "").unified.empty());
  CAF_CHECK(locate_groups("0::/a\n", "garbage\n30 23\n").unified.empty());
  CAF_CHECK(locate_groups("garbage", "30 23 0:26 / /g rw - cgroup2 x rw\n").unified.empty());
}
