#define CAF_SUITE find_desktops

#include "app/witness/find_desktops.hpp"

#include "support/test.hpp"

using namespace pmactor;

namespace {

constexpr auto listening = "0000000006563ee3: 00000002 00000000 00010000 0001 01 ";

std::string line(const std::string& inode, const std::string& name,
                 const std::string& front = listening) {
  return front + inode + (name.empty() ? "" : ' ' + name) + '\n';
}

std::string names_of(const std::string& text) {
  std::string result;
  for (const auto& x : find_desktops(text))
    result += (result.empty() ? "" : ", ") + name_of(x);
  return result;
}

} // namespace

CAF_TEST(what listens where display servers do is a desktop) {
  const auto found = find_desktops(
    "Num       RefCount Protocol Flags    Type St Inode Path\n" + line("  123", "/tmp/.X11-unix/X1")
    + line("77", "/run/dbus/system_bus_socket") + line("456", "/run/user/1000/wayland-0"));
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK_EQUAL(name_of(found[0]), ":1");
  CAF_CHECK_EQUAL(found[0].socket, "/tmp/.X11-unix/X1");
  CAF_CHECK_EQUAL(found[0].listener, 123u);
  CAF_CHECK(!found[0].user);
  CAF_CHECK_EQUAL(name_of(found[1]), "wayland-0 of user 1000");
  CAF_CHECK(found[1].user == 1000u);
  CAF_CHECK(found[1].speaks == desktop_place::protocol::wayland);
}

CAF_TEST(an X server that listens twice is one desktop) {
  for (const auto& text : {line("1", "@/tmp/.X11-unix/X0") + line("2", "/tmp/.X11-unix/X0"),
                           line("2", "/tmp/.X11-unix/X0") + line("1", "@/tmp/.X11-unix/X0")}) {
    const auto found = find_desktops(text);
    CAF_REQUIRE_EQUAL(found.size(), 1u);
    CAF_CHECK_EQUAL(found[0].listener, 2u);
    CAF_CHECK(found[0].has_path && found[0].is_abstract);
  }
  const auto alone = find_desktops(line("1", "@/tmp/.X11-unix/X0"));
  CAF_REQUIRE_EQUAL(alone.size(), 1u);
  CAF_CHECK(alone[0].is_abstract && !alone[0].has_path);
  CAF_CHECK_EQUAL(alone[0].socket, "/tmp/.X11-unix/X0");
}

CAF_TEST(connections and sockets of other names are no desktops) {
  CAF_CHECK_EQUAL(
    names_of(
      line("1", "/tmp/.X11-unix/X0", "00000000b90b7df0: 00000003 00000000 00000000 0001 03 ")
      + line("1", "/tmp/.X11-unix/X0", "00000000b90b7df0: 00000003 00000000 00010000 0005 01 ")
      + line("1", "") + line("x", "/tmp/.X11-unix/X0") + line("1", "/tmp/.X11-unix/X")
      + line("1", "/tmp/.X11-unix/X0-lock") + line("1", "/tmp/.X11-unix/X99999999999")
      + line("1", "/tmp/.X11-unix/X 1") + line("1", "/run/user/1000/wayland-proxy-7")
      + line("1", "/run/user/1000/app/wayland-0") + line("1", "/run/user//wayland-0")
      + line("1", "@/run/user/1000/wayland-0") + "\n\n:"),
    "");
}

CAF_TEST(each user has sessions of their own) {
  CAF_CHECK_EQUAL(names_of(line("1", "/run/user/1/wayland-0") + line("2", "/run/user/2/wayland-0")
                           + line("3", "/run/user/2/wayland-1")),
                  "wayland-0 of user 1, wayland-0 of user 2, wayland-1 of user 2");
}

CAF_TEST(an X server of a user with a compositor may be an Xwayland) {
  CAF_CHECK(may_be_xwayland(1000, {42, 1000}));
  CAF_CHECK(!may_be_xwayland(0, {42, 1000}));
  CAF_CHECK(!may_be_xwayland(1000, {}));
}

CAF_TEST(an X server of an unknown user may be an Xwayland wherever there is a compositor) {
  CAF_CHECK(may_be_xwayland(std::nullopt, {42}));
  CAF_CHECK(!may_be_xwayland(std::nullopt, {}));
}
