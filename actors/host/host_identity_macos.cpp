#include "actors/host/hash_machine_id.hpp"
#include "actors/host/host_identity.hpp"
#include "actors/host/process_facts.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <unistd.h>

namespace pmactor {

host_identity own_host_identity() {
  host_identity result;
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0)
    result.name = name.data();
  std::array<unsigned char, 16> id{};
  const struct timespec no_wait {};
  if (::gethostuuid(id.data(), &no_wait) == 0) {
    std::string digits;
    for (const auto byte : id) {
      std::array<char, 3> pair{};
      std::snprintf(pair.data(), pair.size(), "%02x", static_cast<unsigned>(byte));
      digits += pair.data();
    }
    result.machine_id = hash_machine_id(digits);
  }
  result.boot_id = current_boot_id();
  return result;
}

} // namespace pmactor
