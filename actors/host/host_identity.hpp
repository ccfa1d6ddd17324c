// Which machine and which boot this is, for those who gather from many.
#pragma once

#include <functional>
#include <string>

namespace pmactor {

struct host_identity {
  std::string name;       ///< As the kernel has it; foreign bytes. Empty if unknown.
  std::string machine_id; ///< See hash_machine_id(). Stays over boots; empty if the machine has none.
  std::string boot_id;    ///< As current_boot_id().
  friend bool operator==(const host_identity&, const host_identity&) = default;
};

/// @returns the identity of this host. Reads small files; not for every second.
host_identity own_host_identity();

/// @returns a number from 0 to 1 that differs from machine to machine: a fleet that waits for one
/// receiver must not come back to it at once.
inline double share_of(const host_identity& host) {
  return static_cast<double>(std::hash<std::string>{}(host.machine_id + host.name) % 1000) / 1000;
}

} // namespace pmactor
