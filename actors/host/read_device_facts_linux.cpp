#include "actors/host/read_device_facts_linux.hpp"

#include "actors/host/look_around_linux.hpp"
#include "actors/host/parse_numbers.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <net/if.h>
#include <net/if_arp.h>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& file) {
  return ::access(file.c_str(), F_OK) == 0;
}

/// A number as the kernel prints it, `0x` before one of base 16; 0 if it cannot be read.
std::uint32_t read_number(const fs::path& file) {
  const auto line = read_first_line(file);
  std::string_view text{line};
  const bool is_hexadecimal = text.starts_with("0x");
  if (is_hexadecimal)
    text.remove_prefix(2);
  std::uint32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, is_hexadecimal ? 16 : 10);
  return value;
}

bool is_sane(const std::string& name) {
  return !name.empty() && name != "." && name != "..";
}

struct route {
  std::string interface;
  bool is_default = false;
};

/// Both tables of the kernel. A packet that is for an address of this machine is in another, which
/// is not read; of IPv6 only default routes matter here, as each interface has a route to its link.
std::vector<route> read_routes(const fs::path& proc) {
  constexpr std::size_t most_routes =
    10'000; // a router's table: all that matters comes first or not at all
  std::vector<route> result;
  std::ifstream four{proc / "route"};
  for (std::string line; result.size() < most_routes && std::getline(four, line);) {
    std::replace(line.begin(), line.end(), '\t', ' ');
    std::string_view rest{line};
    const auto name = take_word(rest), target = take_word(rest);
    for (int skipped = 0; skipped < 5; ++skipped) // gateway flags references use metric
      take_word(rest);
    const auto mask = take_word(rest);
    if (target.size() == 8) // not the heading
      result.push_back({std::string{name}, target == "00000000" && mask == "00000000"});
  }
  std::ifstream six{proc / "ipv6_route"};
  std::size_t lines = 0;
  for (std::string line; lines++ < most_routes && std::getline(six, line);) {
    const auto blank = line.rfind(' ');
    if (blank != line.npos && line.starts_with(std::string(32, '0') + " 00 ")
        && line.substr(blank + 1) != "lo")
      result.push_back({line.substr(blank + 1), true});
  }
  return result;
}

} // namespace

std::vector<disk_facts> read_disk_facts(const fs::path& root,
                                        const std::vector<device_counters>& disks) {
  std::vector<disk_facts> result;
  for (const auto& disk : disks) {
    auto& x = result.emplace_back();
    x.name = disk.name;
    x.has_moved = disk.in_bytes > 0 || disk.out_bytes > 0;
    auto file = disk.name;
    std::replace(file.begin(), file.end(), '/', '!'); // as the kernel does
    if (!is_sane(file))
      continue;
    const auto folder = root / "sys/block" / file;
    x.is_known = is_there(folder);
    x.is_partition =
      is_there(folder / "partition") || is_there(root / "sys/class/block" / file / "partition");
    if (!x.is_known)
      continue;
    x.is_stacked = !list_entries(folder / "slaves").empty();
    x.is_hidden = read_first_line(folder / "hidden") == "1";
    x.is_hardware = is_there(folder / "device");
    x.has_server =
      is_there(folder / "pid"); // only a network block device has it, while it is connected
    x.id = read_first_line(folder / "wwid");
  }
  return result;
}

std::string find_disk_name(const fs::path& device) {
  std::error_code problem;
  const auto folder = fs::canonical(device, problem);
  if (problem)
    return {};
  return (is_there(folder / "partition") ? folder.parent_path() : folder).filename().string();
}

std::vector<std::string> find_disks_below(const fs::path& root, std::string_view name) {
  std::vector<std::string> result;
  for (const auto& entry : list_entries(root / "sys/block" / name / "slaves"))
    if (auto disk = find_disk_name(entry); !disk.empty())
      result.push_back(std::move(disk));
  return result;
}

std::vector<interface_facts> read_interface_facts(const network_places& places,
                                                  const std::vector<device_counters>& interfaces) {
  const auto routes = read_routes(places.proc);
  std::vector<interface_facts> result;
  for (const auto& interface : interfaces) {
    auto& x = result.emplace_back();
    x.name = interface.name;
    x.is_loopback = x.name == "lo"; // the kernel gives no other that name
    for (const auto& way : routes)
      if (way.interface == x.name) {
        x.has_route = true;
        x.has_default_route = x.has_default_route || way.is_default;
      }
    const auto folder = places.interfaces / x.name;
    x.is_known = is_sane(x.name) && x.name.find('/') == x.name.npos && is_there(folder);
    if (!x.is_known)
      continue;
    for (const auto& path : list_entries(folder)) {
      const auto entry = path.filename().string();
      if (entry.starts_with("lower_"))
        x.is_stacked = true;
      else if (entry.starts_with("upper_"))
        x.uppers.push_back(entry.substr(6));
      else if (entry == "device")
        x.is_hardware = true;
      else if (entry == "tun_flags")
        x.is_tunnel = true;
    }
    x.is_loopback = x.is_loopback || read_number(folder / "type") == ARPHRD_LOOPBACK;
    x.is_tunnel = x.is_tunnel || (read_number(folder / "flags") & IFF_POINTOPOINT) != 0;
    x.index = read_number(folder / "ifindex");
    x.link = read_number(folder / "iflink");
  }
  return result;
}

} // namespace pmactor
