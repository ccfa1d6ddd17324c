#include "app/bundle/describe_machine.hpp"

#include <sys/sysctl.h>
#include <sys/utsname.h>
#include <thread>

namespace pmactor {
namespace {

std::string text_of(const char* name) {
  std::size_t size = 0;
  if (::sysctlbyname(name, nullptr, &size, nullptr, 0) != 0 || size == 0 || size > 4096)
    return {};
  std::string result(size, '\0');
  if (::sysctlbyname(name, result.data(), &size, nullptr, 0) != 0)
    return {};
  result.resize(size);
  return result.substr(0, result.find('\0'));
}

} // namespace

machine_facts describe_machine() {
  machine_facts x;
  if (const auto version = text_of("kern.osproductversion"); !version.empty())
    x.system = "macOS " + version;
  utsname name{};
  if (::uname(&name) == 0) {
    x.kernel = name.release;
    x.architecture = name.machine;
  }
  x.cpu = text_of("machdep.cpu.brand_string");
  x.cpus = std::thread::hardware_concurrency();
  std::uint64_t memory = 0;
  std::size_t size = sizeof memory;
  if (::sysctlbyname("hw.memsize", &memory, &size, nullptr, 0) == 0)
    x.memory = memory;
  return x; // its disks are not known here
}

} // namespace pmactor
