#include "actors/host/load_program.hpp"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <sys/mman.h>

namespace pmactor {
namespace {

/// What is larger is no code and no table of a library that the daemon calls: ICU's data of all languages, 30 MB, which
/// comes along with libarchive by way of libxml2.
constexpr std::uintptr_t largest_needed = 8u << 20;

} // namespace

void load_program() {
#ifdef MADV_POPULATE_READ
  constexpr int populate = MADV_POPULATE_READ;
#else
  constexpr int populate = 22; // from Linux 5.14 on; an older one refuses it
#endif
  std::ifstream maps{"/proc/self/maps"};
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0, end = 0;
    char readable = '-', writable = '-';
    if (std::sscanf(line.c_str(), "%lx-%lx %c%c", &begin, &end, &readable, &writable) != 4
        || readable != 'r' || writable == 'w' || end - begin > largest_needed || line.find('/') == line.npos)
      continue;
    auto* const at = reinterpret_cast<void*>(begin);
    if (::madvise(at, end - begin, populate) != 0)
      (void)::madvise(at, end - begin, MADV_WILLNEED); // at least into the page cache
  }
}

} // namespace pmactor
