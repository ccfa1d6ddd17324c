#include "actors/host/machine_network_linux.hpp"

#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace fs = std::filesystem;

network_places find_machine_network(const fs::path& root) {
  const auto network_of = [&root](const char* process) {
    std::error_code unknown;
    return fs::read_symlink(root / "proc" / process / "ns/net", unknown);
  };
  network_places own{root / "proc/net", root / "sys/class/net"};
  const auto first = network_of("1");
  if (first.empty() || first == network_of("self"))
    return own;
  network_places result{root / "proc/1/net", root / "proc/1/root/sys/class/net"};
  // Its interfaces without what they are built on would be counted wrongly.
  const bool is_whole =
    ::access(result.proc.c_str(), R_OK) == 0 && ::access(result.interfaces.c_str(), R_OK) == 0;
  return is_whole ? result : own;
}

} // namespace pmactor
