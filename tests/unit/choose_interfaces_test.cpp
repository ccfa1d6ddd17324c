#define CAF_SUITE choose_interfaces

#include "actors/host/choose_interfaces.hpp"

#include "support/names_counted.hpp"
#include "support/test.hpp"

using namespace pmactor;

namespace {

/// Of an interface that is joined to nothing.
interface_facts plain(const std::string& name, std::uint32_t index) {
  interface_facts x;
  x.name = name;
  x.is_known = true;
  x.index = x.link = index;
  return x;
}

interface_facts card(const std::string& name, std::uint32_t index) {
  auto x = plain(name, index);
  x.is_hardware = true;
  return x;
}

interface_facts loopback() {
  auto x = plain("lo", 1);
  x.is_loopback = true;
  return x;
}

interface_facts bridge(const std::string& name, std::uint32_t index) {
  auto x = plain(name, index);
  x.is_stacked = true;
  return x;
}

interface_facts pair_end(const std::string& name, std::uint32_t index, std::uint32_t link) {
  auto x = plain(name, index);
  x.link = link;
  return x;
}

interface_facts tunnel(const std::string& name, std::uint32_t index) {
  auto x = plain(name, index);
  x.is_tunnel = true;
  return x;
}

std::string counted(const std::vector<interface_facts>& all) {
  return names_counted(all, choose_interfaces(all));
}

} // namespace

CAF_TEST(where there is a network card only cards count) {
  auto member = card("eth1", 3);
  member.uppers = {"bond0"};
  CAF_CHECK_EQUAL(counted({loopback(), card("eth0", 2), member, bridge("bond0", 4),
                           bridge("cni0", 5), pair_end("cali123", 6, 2), tunnel("tailscale0", 7),
                           plain("flannel.1", 8), plain("dummy0", 9), bridge("lan.5", 10)}),
                  "eth0 eth1");
}

CAF_TEST(a card that is built on another one is counted there) {
  auto port = card("lan1", 3); // of a switch chip behind eth0
  port.is_stacked = true;
  CAF_CHECK_EQUAL(counted({card("eth0", 2), port}), "eth0");
}

CAF_TEST(in a container the end of the pair that leads out counts) {
  CAF_CHECK_EQUAL(
    counted({loopback(), pair_end("eth0", 2, 57), tunnel("tun0", 3), plain("dummy0", 4)}), "eth0");
}

CAF_TEST(a pair with both ends in here leads nowhere) {
  CAF_CHECK_EQUAL(counted({loopback(), pair_end("left", 5, 6), pair_end("right", 6, 5)}), "");
  // The number of an interface in another namespace may be that of one in here.
  CAF_CHECK_EQUAL(counted({loopback(), pair_end("eth1", 6, 7), plain("dummy0", 7)}), "eth1");
}

CAF_TEST(containers in a container are left out where the default route shows which end leads out) {
  auto out = pair_end("eth0", 2, 57), inner = pair_end("veth9", 5, 2),
       docker = bridge("docker0", 4);
  inner.uppers = {"docker0"};
  docker.has_route = true;
  CAF_CHECK_EQUAL(counted({loopback(), out, docker, inner}),
                  "eth0 veth9"); // nothing to separate them by
  out.has_route = out.has_default_route = true;
  CAF_CHECK_EQUAL(counted({loopback(), out, docker, inner}), "eth0");
  auto uplink = bridge("vmbr0", 6); // the route may lead through a bridge over it
  uplink.has_default_route = true;
  out.has_route = out.has_default_route = false;
  out.uppers = {"vmbr0"};
  CAF_CHECK_EQUAL(counted({loopback(), out, docker, inner, uplink}), "eth0");
}

CAF_TEST(a tunnel counts where nothing else leads out) {
  auto of_a_guest = tunnel("vnet0", 4);
  of_a_guest.uppers = {"virbr0"};
  CAF_CHECK_EQUAL(counted({loopback(), tunnel("tap0", 3), of_a_guest, plain("br0", 5)}), "tap0");
}

CAF_TEST(interfaces that the kernels tree does not show are judged by their routes) {
  interface_facts lo, wan, lan;
  lo.name = "lo";
  lo.is_loopback = true;
  wan.name = "wan";
  lan.name = "lan"; // a bridge with wan in it
  CAF_CHECK_EQUAL(counted({lo, wan, lan}), "wan lan");
  lan.has_route = true;
  CAF_CHECK_EQUAL(counted({lo, wan, lan}), "lan");
  wan.has_route = wan.has_default_route = true;
  CAF_CHECK_EQUAL(counted({lo, wan, lan}), "wan");
}

CAF_TEST(a tree that makes a circle ends) {
  auto x = pair_end("a", 2, 9), y = pair_end("b", 3, 9);
  x.uppers = {"b"};
  y.uppers = {"a"};
  CAF_CHECK_EQUAL(counted({x, y}), "a b");
}
