#include "actors/host/hash_machine_id.hpp"
#include "actors/host/host_identity.hpp"
#include "actors/host/process_facts.hpp"

#include <array>
#include <fstream>
#include <unistd.h>

namespace pmactor {

host_identity own_host_identity() {
  host_identity result;
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0)
    result.name = name.data();
  std::string id;
  for (const auto* file : {"/etc/machine-id", "/var/lib/dbus/machine-id"})
    if (std::ifstream in{file}; in >> id) {
      result.machine_id = hash_machine_id(id);
      break;
    }
  result.boot_id = current_boot_id();
  return result;
}

} // namespace pmactor
