#include "actors/host/shared_memory.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <system_error>

namespace pmactor {

owned_descriptor open_shared_memory(std::size_t bytes) {
  owned_descriptor result{::memfd_create("pmactor", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
  if (result.get() < 0 || ::ftruncate(result.get(), static_cast<off_t>(bytes)) != 0)
    throw std::system_error(errno, std::generic_category(), "no memory can be shared with a child");
  // A child that is out of its mind must not cut it short: its reader would be ended by SIGBUS.
  ::fcntl(result.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  return result;
}

} // namespace pmactor
