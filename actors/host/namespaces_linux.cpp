#include "actors/host/namespaces.hpp"

#include <sys/stat.h>

namespace pmactor {
namespace {

std::uint64_t number_of(const char* file) {
  struct stat facts {};
  return ::stat(file, &facts) == 0 ? facts.st_ino : 0;
}

} // namespace

namespace_ids own_namespaces() {
  return {number_of("/proc/self/ns/pid"), number_of("/proc/self/ns/time")};
}

} // namespace pmactor
