#include "app/report/read_host.hpp"

#include "actors/host/process_facts.hpp"

#include <sys/utsname.h>
#include <unistd.h>

namespace pmactor {

report_host read_host() {
  report_host result;
  struct utsname facts {};
  if (::uname(&facts) == 0) {
    result.name = facts.nodename;
    result.system = std::string{facts.sysname} + ' ' + facts.release + ", " + facts.machine;
  }
  if (const auto cpus = ::sysconf(_SC_NPROCESSORS_ONLN); cpus > 0)
    result.cpus = static_cast<std::uint32_t>(cpus);
  const auto pages = ::sysconf(_SC_PHYS_PAGES), bytes = ::sysconf(_SC_PAGESIZE);
  if (pages > 0 && bytes > 0)
    result.memory = static_cast<double>(pages) * static_cast<double>(bytes);
  const auto now = read_clocks();
  result.booted = to_seconds(now.wall - now.total);
  return result;
}

} // namespace pmactor
