// Which machine and which boot this is, for those who gather from many.
#pragma once

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

} // namespace pmactor
