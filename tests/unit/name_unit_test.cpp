#define CAF_SUITE name_unit

#include "app/top/name_unit.hpp"

#include <string>

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a group is called as people call it) {
  CAF_CHECK_EQUAL(name_unit("/system.slice/ssh.service"), "ssh.service");
  CAF_CHECK_EQUAL(
    name_unit("/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox.scope"),
    "app-firefox.scope");
  const std::string id(64, 'a');
  CAF_CHECK_EQUAL(name_unit("/system.slice/docker-" + id + ".scope"), "docker aaaaaaaaaaaa");
  CAF_CHECK_EQUAL(name_unit("/docker/" + id), "container aaaaaaaaaaaa");
  CAF_CHECK_EQUAL(name_unit("/kubepods.slice/pod1/cri-containerd-" + id + ".scope"),
                  "container aaaaaaaaaaaa");
  CAF_CHECK_EQUAL(name_unit("/user.slice"), "user.slice");
  CAF_CHECK_EQUAL(name_unit("/"), "");
  CAF_CHECK_EQUAL(group_path("0::/a.service\n"), "/a.service");
  CAF_CHECK_EQUAL(group_path("3:cpu:/x\n1:name=systemd:/b.service\n0::/\n"), "/b.service");
  CAF_CHECK_EQUAL(group_path("junk"), "");
}
