#include "actors/host/find_hypervisor.hpp"
#include "actors/host/look_around_linux.hpp"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

namespace pmactor {

machine_signs read_machine_signs() {
  machine_signs x;
#if defined(__x86_64__) || defined(__i386__)
  constexpr unsigned features = 1, hypervisor = 0x40000000;
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(features, &a, &b, &c, &d) != 0 && (c >> 31 & 1) != 0) {
    x.cpu_bit = true;
    __cpuid(hypervisor, a, b, c, d);
    for (const unsigned letters : {b, c, d})
      for (unsigned i = 0; i < 4; ++i)
        if (const char letter = static_cast<char>(letters >> 8 * i & 0xff); letter != '\0')
          x.cpu_signature += letter;
  }
#endif
  x.kernel_type = read_first_line("/sys/hypervisor/type");
  x.device_tree = read_first_line("/proc/device-tree/hypervisor/compatible");
  x.maker = read_first_line("/sys/class/dmi/id/sys_vendor");
  x.product = read_first_line("/sys/class/dmi/id/product_name");
  return x;
}

} // namespace pmactor
