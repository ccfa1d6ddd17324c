#include "app/bundle/describe_machine.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/look_around_linux.hpp"
#include "actors/host/parse_memory.hpp"

#include <charconv>
#include <fstream>
#include <sys/utsname.h>
#include <thread>

namespace pmactor {
namespace {

constexpr std::size_t most_disks = 32;

/// @returns what stands behind the key at the beginning of a line, without blanks and quotes.
std::string value_in(const char* file, std::string_view key) {
  std::ifstream in{file};
  std::string line;
  for (int i = 0; i < 200 && std::getline(in, line); ++i) {
    if (!line.starts_with(key))
      continue;
    const auto begin = line.find_first_not_of(" \t:=\"", key.size());
    const auto end = line.find_last_not_of(" \t\"\r");
    if (begin != line.npos && end >= begin)
      return line.substr(begin, end - begin + 1);
  }
  return {};
}

std::optional<std::uint64_t> number_of(const std::string& text) {
  std::uint64_t result = 0;
  return std::from_chars(text.data(), text.data() + text.size(), result).ec == std::errc{}
           ? std::optional{result}
           : std::nullopt;
}

} // namespace

machine_facts describe_machine() {
  machine_facts x;
  x.system = value_in("/etc/os-release", "PRETTY_NAME");
  utsname name{};
  if (::uname(&name) == 0) {
    x.kernel = name.release;
    x.architecture = name.machine;
  }
  x.cpu = value_in("/proc/cpuinfo", "model name");
  x.cpus = std::thread::hardware_concurrency();
  std::string room;
  x.memory = parse_meminfo(kept_file{"/proc/meminfo"}.read_all(room)).total;
  for (const auto& disk : list_entries("/sys/block")) {
    // Those that are no hardware have no device.
    if (x.disks.size() == most_disks || read_first_line(disk / "device/uevent").empty())
      continue;
    machine_disk one;
    one.name = disk.filename().string();
    one.model = read_first_line(disk / "device/model");
    if (const auto sectors = number_of(read_first_line(disk / "size")))
      one.bytes = *sectors * 512;
    if (const auto rotates = number_of(read_first_line(disk / "queue/rotational")))
      one.rotates = *rotates != 0;
    x.disks.push_back(std::move(one));
  }
  return x;
}

} // namespace pmactor
