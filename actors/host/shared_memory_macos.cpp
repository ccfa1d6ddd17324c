#include "actors/host/shared_memory.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>

namespace pmactor {

owned_descriptor open_shared_memory(std::size_t bytes) {
  const auto name = "/pmactor." + std::to_string(::getpid());
  owned_descriptor result{::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600)};
  if (result.get() < 0)
    throw std::system_error(errno, std::generic_category(), "no memory can be shared with a child");
  ::shm_unlink(name.c_str());
  if (::ftruncate(result.get(), static_cast<off_t>(bytes)) != 0)
    throw std::system_error(errno, std::generic_category(), "no memory can be shared with a child");
  return result;
}

} // namespace pmactor
