// Decides which network interfaces count, so that every byte that the machine moves is counted once: from what the
// kernel says of how interfaces are built, not from what they are called. Pure.
//
// The loopback never counts, nor does what is built on an interface of this machine (bridge with ports, bond, team,
// VLAN, macvlan). Of the others count only those of the best class there is:
//   1. hardware;
//   2. one end of a pair or the child of an interface in another network namespace (a container's eth0);
//      if the default route leads through some of them, only these, as the others lead to containers in here;
//   3. tunnels (tun, tap, PPP, WireGuard). Where there is a better class it carries what they carry.
// A dummy, an unused bridge and a pair with both ends in here lead nowhere and never count.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pmactor {

/// What the kernel says of a name in /proc/net/dev.
struct interface_facts {
  std::string name;
  bool is_known = false; ///< The kernel's device tree, as far as it is seen from here, has it.
  bool is_loopback = false;
  bool is_hardware = false;
  bool is_stacked = false; ///< It is built on other interfaces of this namespace.
  bool is_tunnel = false;  ///< It hands its packets to a program or wraps them into others.
  std::uint32_t index = 0,
                link = 0;          ///< *link*: of what it is joined to, maybe in another namespace.
  std::vector<std::string> uppers; ///< What is built on it.
  bool has_route = false, has_default_route = false;
};

/// @returns for each in the same order whether it counts.
std::vector<bool> choose_interfaces(const std::vector<interface_facts>& all);

} // namespace pmactor
