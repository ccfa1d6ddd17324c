// macOS: the I/O registry for disks, the routing tables for interfaces. No rights are needed.

#include "actors/host/device_reader.hpp"

#include <CoreFoundation/CoreFoundation.h>
#include <IOKit/IOKitLib.h>
#include <IOKit/storage/IOBlockStorageDriver.h>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/types.h>

namespace pmactor {
namespace {

struct release_object {
  void operator()(const void* x) const {
    ::CFRelease(x);
  }
};

} // namespace

struct device_reader::state {
  void read_disks(std::optional<std::vector<device_counters>>& out) {
    io_iterator_t drivers = 0;
    // The matching dictionary is consumed by the call. Port 0 is the default one on every version.
    if (::IOServiceGetMatchingServices(0, ::IOServiceMatching(kIOBlockStorageDriverClass), &drivers)
        != KERN_SUCCESS)
      return;
    auto& disks = out.emplace();
    while (const auto driver = ::IOIteratorNext(drivers)) {
      std::uint64_t id = 0;
      ::IORegistryEntryGetRegistryEntryID(driver, &id);
      if (is_image(driver, id)) {
        ::IOObjectRelease(driver);
        continue;
      }
      const std::unique_ptr<const void, release_object> statistics{
        ::IORegistryEntryCreateCFProperty(driver, CFSTR(kIOBlockStorageDriverStatisticsKey),
                                          kCFAllocatorDefault, 0)};
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
    if (disks.empty())
      out.reset();
  }

  void read_networks(std::optional<std::vector<device_counters>>& out) {
    std::array<int, 6> name{CTL_NET, PF_ROUTE, 0, 0, NET_RT_IFLIST2, 0};
    std::size_t size = 0;
    if (::sysctl(name.data(), name.size(), nullptr, &size, nullptr, 0) != 0)
      return;
    room_.resize(size + 4096); // an interface may appear between the two calls
    size = room_.size();
    if (::sysctl(name.data(), name.size(), room_.data(), &size, nullptr, 0) != 0)
      return;
    auto& nets = out.emplace();
    std::size_t at = 0;
    while (at + sizeof(if_msghdr) <= size && nets.size() < most_devices) {
      const auto* head = reinterpret_cast<const if_msghdr*>(room_.data() + at);
      if (head->ifm_msglen == 0 || at + head->ifm_msglen > size)
        break;
      if (head->ifm_type == RTM_IFINFO2 && head->ifm_msglen >= sizeof(if_msghdr2)) {
        const auto* x = reinterpret_cast<const if_msghdr2*>(head);
        // Hardware only: tunnels and bridges pass on what another interface counts again.
        const bool is_hardware =
          x->ifm_data.ifi_type == ethernet && (x->ifm_flags & IFF_LOOPBACK) == 0;
        if (const auto own = name_in(*x); is_hardware && own.starts_with("en"))
          nets.push_back({std::string{own}, x->ifm_data.ifi_ibytes, x->ifm_data.ifi_obytes,
                          x->ifm_data.ifi_ipackets, x->ifm_data.ifi_opackets});
      }
      at += head->ifm_msglen;
    }
    if (nets.empty())
      out.reset();
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
        || !::CFNumberGetValue(static_cast<CFNumberRef>(x), kCFNumberSInt64Type, &result)
        || result < 0)
      return std::nullopt;
    return static_cast<std::uint64_t>(result);
  }

  /// The name comes behind the counters, in the interface's own address.
  static std::string_view name_in(const if_msghdr2& x) {
    const auto* link = reinterpret_cast<const sockaddr_dl*>(&x + 1);
    constexpr std::size_t head = offsetof(sockaddr_dl, sdl_data);
    if ((x.ifm_addrs & RTA_IFP) == 0 || sizeof x + head > x.ifm_msglen
        || link->sdl_family != AF_LINK || sizeof x + head + link->sdl_nlen > x.ifm_msglen)
      return {};
    return {link->sdl_data, link->sdl_nlen};
  }

  static constexpr unsigned char ethernet = 6; // net/if_types.h: Ethernet, Wi-Fi as well

  std::vector<char> room_;
  std::map<std::uint64_t, bool> images_; ///< By what the registry calls the driver.
};

device_reader::device_reader(const std::filesystem::path&) : state_{std::make_unique<state>()} {
}

device_reader::~device_reader() = default;

void device_reader::read(std::optional<std::vector<device_counters>>& disks,
                         std::optional<std::vector<device_counters>>& networks) {
  disks.reset();
  networks.reset();
  state_->read_disks(disks);
  state_->read_networks(networks);
}

} // namespace pmactor
