#include "actors/host/fixed_parts_linux.hpp"

#include <cstddef>
#include <link.h>
#include <unistd.h>

namespace pmactor {

std::vector<address_range> fixed_parts() {
  std::vector<address_range> result;
  ::dl_iterate_phdr(
    [](dl_phdr_info* object, std::size_t, void* data) {
      const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
      for (int i = 0; i < object->dlpi_phnum; ++i) {
        const auto& part = object->dlpi_phdr[i];
        if (part.p_type != PT_LOAD || (part.p_flags & PF_W) != 0)
          continue;
        const auto begin = static_cast<std::uintptr_t>(object->dlpi_addr + part.p_vaddr);
        const auto end = begin + part.p_memsz;
        static_cast<std::vector<address_range>*>(data)->push_back(
          {begin - begin % page, end + (page - end % page) % page});
      }
      return 0;
    },
    &result);
  return result;
}

} // namespace pmactor
