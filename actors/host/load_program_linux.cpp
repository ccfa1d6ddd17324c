#include "actors/host/load_program.hpp"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <sys/mman.h>

// Where the linker has put what commands run once (conf/cmake/apart.ld.in); null in a program that is linked without it.
extern "C" {
[[gnu::weak]] extern const char run_once_code_begin[], run_once_code_end[];
[[gnu::weak]] extern const char run_once_data_begin[], run_once_data_end[];
}

namespace pmactor {
namespace {

/// What is larger is no code and no table of a library that the daemon calls: ICU's data of all languages, 30 MB, which
/// comes along with libarchive by way of libxml2.
constexpr std::uintptr_t largest_needed = 8u << 20;

/// Begin and end of each. In memory, as the linker lets no code of the daemon refer to what lies apart.
const char* const volatile apart[][2] = {{run_once_code_begin, run_once_code_end},
                                         {run_once_data_begin, run_once_data_end}};

void load_range(std::uintptr_t begin, std::uintptr_t end) {
#ifdef MADV_POPULATE_READ
  constexpr int populate = MADV_POPULATE_READ;
#else
  constexpr int populate = 22; // from Linux 5.14 on; an older one refuses it
#endif
  auto* const at = reinterpret_cast<void*>(begin);
  if (begin < end && end - begin <= largest_needed && ::madvise(at, end - begin, populate) != 0)
    (void)::madvise(at, end - begin, MADV_WILLNEED); // at least into the page cache
}

/// Calls *use* with begin, end and whether it is code, for each part of a file that is mapped and cannot be written.
template <class Use>
void each_part_of_files(Use use) {
  std::ifstream maps{"/proc/self/maps"};
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0, end = 0;
    char readable = '-', writable = '-', executable = '-';
    if (std::sscanf(line.c_str(), "%lx-%lx %c%c%c", &begin, &end, &readable, &writable, &executable) == 5
        && readable == 'r' && writable != 'w' && line.find('/') != line.npos)
      use(begin, end, executable == 'x');
  }
}

} // namespace

void release_code() {
  each_part_of_files([](std::uintptr_t begin, std::uintptr_t end, bool is_code) {
    if (is_code) // no relocation was written into it, so that the file still holds it
      (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  });
}

void load_program() {
  each_part_of_files([](std::uintptr_t begin, std::uintptr_t end, bool) {
    for (const auto& x : apart) {
      const auto from = reinterpret_cast<std::uintptr_t>(x[0]), to = reinterpret_cast<std::uintptr_t>(x[1]);
      if (begin <= from && from < to && to <= end) {
        load_range(begin, from);
        begin = to;
      }
    }
    load_range(begin, end);
  });
}

} // namespace pmactor
