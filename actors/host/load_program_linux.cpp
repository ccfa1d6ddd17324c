#include "actors/host/load_program.hpp"

#include "actors/host/fixed_parts_linux.hpp"

#include <cstdint>
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

} // namespace

void release_program() {
  for (const auto& part : fixed_parts())
    (void)::madvise(reinterpret_cast<void*>(part.begin), part.end - part.begin, MADV_DONTNEED);
}

void load_program() {
  for (auto part : fixed_parts()) {
    for (const auto& x : apart) {
      const auto from = reinterpret_cast<std::uintptr_t>(x[0]), to = reinterpret_cast<std::uintptr_t>(x[1]);
      if (part.begin <= from && from < to && to <= part.end) {
        load_range(part.begin, from);
        part.begin = to;
      }
    }
    load_range(part.begin, part.end);
  }
}

} // namespace pmactor
