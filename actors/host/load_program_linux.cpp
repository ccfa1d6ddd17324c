#include "actors/host/load_program.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <sys/mman.h>

// Where the linker has put what commands run once (conf/cmake/apart.ld.in); null in a program that is linked without it.
extern "C" {
[[gnu::weak]] extern const char __start_run_once_code[], __stop_run_once_code[];
[[gnu::weak]] extern const char __start_run_once_data[], __stop_run_once_data[];
}

namespace pmactor {
namespace {

/// What is larger is no code and no table of a library that the daemon calls: ICU's data of all languages, 30 MB, which
/// comes along with libarchive by way of libxml2.
constexpr std::uintptr_t largest_needed = 8u << 20;

struct address_range {
  std::uintptr_t begin, end;
};

address_range range_of(const char* begin, const char* end) {
  return {reinterpret_cast<std::uintptr_t>(begin), reinterpret_cast<std::uintptr_t>(end)};
}

void load_range(address_range what) {
  if (what.begin >= what.end || what.end - what.begin > largest_needed)
    return;
#ifdef MADV_POPULATE_READ
  constexpr int populate = MADV_POPULATE_READ;
#else
  constexpr int populate = 22; // from Linux 5.14 on; an older one refuses it
#endif
  auto* const at = reinterpret_cast<void*>(what.begin);
  if (::madvise(at, what.end - what.begin, populate) != 0)
    (void)::madvise(at, what.end - what.begin, MADV_WILLNEED); // at least into the page cache
}

} // namespace

void load_program() {
  const std::array left_out{range_of(__start_run_once_code, __stop_run_once_code),
                            range_of(__start_run_once_data, __stop_run_once_data)};
  std::ifstream maps{"/proc/self/maps"};
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0, end = 0;
    char readable = '-', writable = '-';
    if (std::sscanf(line.c_str(), "%lx-%lx %c%c", &begin, &end, &readable, &writable) != 4
        || readable != 'r' || writable == 'w' || line.find('/') == line.npos)
      continue;
    for (const auto& gap : left_out)
      if (begin <= gap.begin && gap.begin < gap.end && gap.end <= end) {
        load_range({begin, gap.begin});
        begin = gap.end;
      }
    load_range({begin, end});
  }
}

} // namespace pmactor
