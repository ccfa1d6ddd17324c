// macOS: Mach host statistics and sysctl. No rights are needed.

#include "actors/host/device_reader.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/system_metrics/parse_counters.hpp"
#include "actors/system_metrics/read_counters.hpp"

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <mach/mach.h>
#include <mach/mach_host.h>
#include <memory>
#include <sys/sysctl.h>
#include <sys/types.h>
#include <unistd.h>

#if __has_include(<notify.h>)
#include <notify.h>
#else // the cross compiler's headers lack it; the library has it on every Mac
extern "C" {
std::uint32_t notify_register_check(const char* name, int* token);
std::uint32_t notify_get_state(int token, std::uint64_t* state);
std::uint32_t notify_cancel(int token);
}
#endif

namespace pmactor {
namespace {

template <class T>
std::optional<T> read_sysctl(const char* name) {
  T value{};
  auto size = sizeof(value);
  if (::sysctlbyname(name, &value, &size, nullptr, 0) != 0 || size != sizeof(value))
    return std::nullopt;
  return value;
}

class mach_counters {
public:
  mach_counters() : host_(::mach_host_self()) {
    // What is cool for want of a sensor is not known to be: a guest has none.
    const bool is_guest = read_sysctl<std::int32_t>("kern.hv_vmm_present").value_or(0) != 0;
    has_pressure_ = !is_guest
                    && ::notify_register_check("com.apple.system.thermalpressurelevel", &pressure_) == 0;
  }
  mach_counters(const mach_counters&) = delete;
  mach_counters& operator=(const mach_counters&) = delete;
  ~mach_counters() {
    if (has_pressure_)
      ::notify_cancel(pressure_);
    ::mach_port_deallocate(::mach_task_self(), host_);
  }

  system_counters read() {
    system_counters result;
    result.at = read_clocks();
    read_cpu(result);
    read_memory(result);
    devices_.read(result.disks, result.nets);
    if (std::uint64_t level = 0; has_pressure_ && ::notify_get_state(pressure_, &level) == 0)
      result.pressure = thermal_pressure_of(level);
    return result;
  }

private:
  void read_cpu(system_counters& out) {
    double load[1] = {};
    if (::getloadavg(load, 1) == 1)
      out.load1 = load[0];
    if (const auto cores = read_sysctl<std::int32_t>("hw.logicalcpu"); cores && *cores > 0)
      out.cores = static_cast<std::uint32_t>(*cores);
    host_cpu_load_info_data_t info{};
    mach_msg_type_number_t count = HOST_CPU_LOAD_INFO_COUNT;
    if (::host_statistics(host_, HOST_CPU_LOAD_INFO, reinterpret_cast<host_info_t>(&info), &count)
        != KERN_SUCCESS)
      return;
    out.cpu = cpu_times{std::uint64_t{info.cpu_ticks[CPU_STATE_USER]}
                          + info.cpu_ticks[CPU_STATE_SYSTEM] + info.cpu_ticks[CPU_STATE_NICE],
                        info.cpu_ticks[CPU_STATE_IDLE]};
  }

  void read_memory(system_counters& out) {
    const auto total = read_sysctl<std::uint64_t>("hw.memsize");
    if (total)
      out.mem_total = static_cast<double>(*total);
    // The kernel's own percentage of what it could hand out; free pages alone are always few.
    if (const auto level = read_sysctl<std::int32_t>("kern.memorystatus_level");
        total && level && *level >= 0 && *level <= 100)
      out.mem_available = static_cast<double>(*total) * *level / 100;
    if (const auto swap = read_sysctl<xsw_usage>("vm.swapusage"))
      out.swap_used = static_cast<double>(swap->xsu_used);
  }

  mach_port_t host_;
  device_reader devices_;
  int pressure_ = 0;
  bool has_pressure_ = false;
};

} // namespace

counters_source open_counters() {
  return [source = std::make_shared<mach_counters>()] { return source->read(); };
}

} // namespace pmactor
