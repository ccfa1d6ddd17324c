#include "actors/black_box/look_at_host.hpp"

#include "actors/host/own_program.hpp"

#include <sys/stat.h>

namespace pmactor {

/// Nothing is known: the system counts neither kills for lack of memory nor requests in flight for
/// others to see.
struct host_looker::state {};

host_looker::host_looker(const std::filesystem::path&) {
}

host_looker::~host_looker() = default;

box_look host_looker::look() {
  box_look result;
  result.is_clock_synchronised = true; // all Macs keep the time while they are off
  return result;
}

struct power_looker::state {};

power_looker::power_looker(const std::filesystem::path&) {
}

power_looker::~power_looker() = default;

power_look power_looker::look() {
  return {};
}

/// APFS copies on write as well, and that cannot be switched off.
void keep_in_place(int) {
}

void drop_cached(int) {
}

box_course ask_course() {
  return box_course::unknown;
}

std::uint64_t own_program_mark() {
  struct stat found {};
  if (::stat(own_program().c_str(), &found) != 0)
    return 0;
  return static_cast<std::uint64_t>(found.st_size) * 1'000'003
         + static_cast<std::uint64_t>(found.st_mtime);
}

} // namespace pmactor
