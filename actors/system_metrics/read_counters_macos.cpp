// macOS: Mach host statistics, sysctl, and the I/O registry for disks. No rights are needed.

#include "actors/system_metrics/parse_counters.hpp"
#include "actors/system_metrics/read_counters.hpp"

#include <CoreFoundation/CoreFoundation.h>
#include <IOKit/IOKitLib.h>
#include <IOKit/storage/IOBlockStorageDriver.h>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <mach/mach.h>
#include <mach/mach_host.h>
#include <map>
#include <memory>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
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

std::chrono::nanoseconds read_clock(clockid_t id) {
  return std::chrono::nanoseconds{static_cast<std::int64_t>(::clock_gettime_nsec_np(id))};
}

struct release_object {
  void operator()(const void* x) const {
    ::CFRelease(x);
  }
};

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
    result.at.awake = read_clock(CLOCK_UPTIME_RAW);
    result.at.total = read_clock(CLOCK_MONOTONIC_RAW);
    timespec wall{};
    ::clock_gettime(CLOCK_REALTIME, &wall);
    result.at.wall = std::chrono::seconds{wall.tv_sec} + std::chrono::nanoseconds{wall.tv_nsec};
    read_cpu(result);
    read_memory(result);
    read_disks(result);
    read_networks(result);
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

  void read_disks(system_counters& out) {
    io_iterator_t drivers = 0;
    // The matching dictionary is consumed by the call. Port 0 is the default one on every version.
    if (::IOServiceGetMatchingServices(0, ::IOServiceMatching(kIOBlockStorageDriverClass), &drivers)
        != KERN_SUCCESS)
      return;
    auto& disks = out.disks.emplace();
    while (const auto driver = ::IOIteratorNext(drivers)) {
      std::uint64_t id = 0;
      ::IORegistryEntryGetRegistryEntryID(driver, &id);
      if (is_image(driver, id)) {
        ::IOObjectRelease(driver);
        continue;
      }
      const std::unique_ptr<const void, release_object> statistics{::IORegistryEntryCreateCFProperty(
        driver, CFSTR(kIOBlockStorageDriverStatisticsKey), kCFAllocatorDefault, 0)};
      ::IOObjectRelease(driver);
      if (!statistics || ::CFGetTypeID(statistics.get()) != ::CFDictionaryGetTypeID()
          || disks.size() >= most_devices)
        continue;
      const auto values = static_cast<CFDictionaryRef>(statistics.get());
      const auto read = number_of(values, CFSTR(kIOBlockStorageDriverStatisticsBytesReadKey));
      const auto written = number_of(values, CFSTR(kIOBlockStorageDriverStatisticsBytesWrittenKey));
      if (read && written)
        disks.push_back({std::to_string(id), *read, *written});
    }
    ::IOObjectRelease(drivers);
  }

  /// A disk image passes on what the disk that it lies on counts again.
  bool is_image(io_registry_entry_t driver, std::uint64_t id) {
    if (const auto known = images_.find(id); known != images_.end())
      return known->second;
    const std::unique_ptr<const void, release_object> protocol{::IORegistryEntrySearchCFProperty(
      driver, kIOServicePlane, CFSTR("Protocol Characteristics"), kCFAllocatorDefault,
      kIORegistryIterateRecursively | kIORegistryIterateParents)};
    bool result = false;
    if (protocol && ::CFGetTypeID(protocol.get()) == ::CFDictionaryGetTypeID()) {
      const auto* way = ::CFDictionaryGetValue(static_cast<CFDictionaryRef>(protocol.get()),
                                               CFSTR("Physical Interconnect"));
      result = way != nullptr && ::CFEqual(way, CFSTR("Virtual Interface")) != 0;
    }
    if (images_.size() >= most_devices)
      images_.clear();
    return images_[id] = result;
  }

  static std::optional<std::uint64_t> number_of(CFDictionaryRef values, CFStringRef key) {
    const auto* x = ::CFDictionaryGetValue(values, key);
    std::int64_t result = 0;
    if (x == nullptr || ::CFGetTypeID(x) != ::CFNumberGetTypeID()
        || !::CFNumberGetValue(static_cast<CFNumberRef>(x), kCFNumberSInt64Type, &result) || result < 0)
      return std::nullopt;
    return static_cast<std::uint64_t>(result);
  }

  void read_networks(system_counters& out) {
    std::array<int, 6> name{CTL_NET, PF_ROUTE, 0, 0, NET_RT_IFLIST2, 0};
    std::size_t size = 0;
    if (::sysctl(name.data(), name.size(), nullptr, &size, nullptr, 0) != 0)
      return;
    room_.resize(size + 4096); // an interface may appear between the two calls
    size = room_.size();
    if (::sysctl(name.data(), name.size(), room_.data(), &size, nullptr, 0) != 0)
      return;
    auto& nets = out.nets.emplace();
    std::size_t at = 0;
    while (at + sizeof(if_msghdr) <= size && nets.size() < most_devices) {
      const auto* head = reinterpret_cast<const if_msghdr*>(room_.data() + at);
      if (head->ifm_msglen == 0 || at + head->ifm_msglen > size)
        break;
      if (head->ifm_type == RTM_IFINFO2 && head->ifm_msglen >= sizeof(if_msghdr2)) {
        const auto* x = reinterpret_cast<const if_msghdr2*>(head);
        // Hardware only: tunnels and bridges pass on what another interface counts again.
        const bool is_hardware = x->ifm_data.ifi_type == ethernet
                                 && (x->ifm_flags & IFF_LOOPBACK) == 0;
        if (const auto own = name_in(*x); is_hardware && own.starts_with("en"))
          nets.push_back({std::string{own}, x->ifm_data.ifi_ibytes, x->ifm_data.ifi_obytes});
      }
      at += head->ifm_msglen;
    }
  }

  /// The name comes behind the counters, in the interface's own address.
  static std::string_view name_in(const if_msghdr2& x) {
    const auto* link = reinterpret_cast<const sockaddr_dl*>(&x + 1);
    constexpr std::size_t head = offsetof(sockaddr_dl, sdl_data);
    if ((x.ifm_addrs & RTA_IFP) == 0 || sizeof x + head > x.ifm_msglen || link->sdl_family != AF_LINK
        || sizeof x + head + link->sdl_nlen > x.ifm_msglen)
      return {};
    return {link->sdl_data, link->sdl_nlen};
  }

  static constexpr unsigned char ethernet = 6; // net/if_types.h: Ethernet, Wi-Fi as well

  mach_port_t host_;
  std::vector<char> room_;
  std::map<std::uint64_t, bool> images_; ///< By what the registry calls the driver.
  int pressure_ = 0;
  bool has_pressure_ = false;
};

} // namespace

counters_source open_counters() {
  return [source = std::make_shared<mach_counters>()] { return source->read(); };
}

} // namespace pmactor
