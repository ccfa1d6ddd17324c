// Finds where the kernel shows the machine's network interfaces and sockets to a process that may
// have been given a network of its own, as the system service is (PrivateNetwork=yes): there
// /proc/net and /sys have the service's alone.
#pragma once

#include <filesystem>

namespace pmactor {

/// Where to read. Both are below the root that was asked for.
struct network_places {
  std::filesystem::path proc;       ///< In place of /proc/net.
  std::filesystem::path interfaces; ///< In place of /sys/class/net.
  friend bool operator==(const network_places&, const network_places&) = default;
};

/// @returns the places of the first process's network if that is another than ours and we may look
/// into it, as it takes CAP_SYS_PTRACE; else our own.
network_places find_machine_network(const std::filesystem::path& root = "/");

} // namespace pmactor
