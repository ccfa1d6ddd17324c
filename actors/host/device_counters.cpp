#include "actors/host/device_counters.hpp"

#include "actors/host/parse_diskstats.hpp"
#include "actors/host/parse_numbers.hpp"

#include <algorithm>

namespace pmactor {
namespace {

constexpr std::uint64_t sector_bytes = 512; // the kernel's unit here, whatever the disk's own is

bool skip_words(std::string_view& line, int count) {
  while (count-- > 0)
    if (take_word(line).empty())
      return false;
  return true;
}

/// Sets the next element, which reuses the memory of the one that was there.
void put(std::vector<device_counters>& to, std::size_t& size, std::string_view name,
         const device_traffic& x) {
  if (size == to.size())
    to.emplace_back();
  auto& element = to[size++];
  element.name = name;
  element.in_bytes = x.in_bytes;
  element.out_bytes = x.out_bytes;
  element.in_count = x.in_count;
  element.out_count = x.out_count;
}

} // namespace

void read_disk_counters(std::string_view text, std::vector<device_counters>& result) {
  std::size_t size = 0;
  while (!text.empty() && size < most_devices) {
    if (const auto disk = parse_disk_stat(take_line(text)))
      put(result, size, disk->name,
          {disk->read_sectors * sector_bytes, disk->written_sectors * sector_bytes, disk->reads, disk->writes});
  }
  result.resize(size);
}

void parse_net_dev(std::string_view text, std::vector<device_counters>& result) {
  std::size_t size = 0;
  while (!text.empty() && size < most_devices) {
    auto line = take_line(text);
    // Two lines of headings have no colon. A name may hold one, the numbers never; and with old
    // kernels the first number touches it.
    const auto colon = line.rfind(':');
    if (colon == std::string_view::npos)
      continue;
    auto head = line.substr(0, colon);
    const auto name = take_word(head);
    line.remove_prefix(colon + 1);
    device_traffic x;
    if (name.empty() || !take_number(line, x.in_bytes) || !take_number(line, x.in_count)
        || !skip_words(line, 6) // errs drop fifo frame compressed multicast
        || !take_number(line, x.out_bytes) || !take_number(line, x.out_count))
      continue;
    put(result, size, name, x);
  }
  result.resize(size);
}

std::optional<device_traffic>
traffic_between(const std::optional<std::vector<device_counters>>& before,
                const std::optional<std::vector<device_counters>>& now) {
  if (!before || !now)
    return std::nullopt;
  device_traffic sum;
  for (const auto& old : *before) {
    const auto i = std::find_if(now->begin(), now->end(),
                                [&](const device_counters& x) { return x.name == old.name; });
    if (i == now->end() || i->in_bytes < old.in_bytes || i->out_bytes < old.out_bytes
        || i->in_count < old.in_count || i->out_count < old.out_count)
      return std::nullopt;
    sum.in_bytes += i->in_bytes - old.in_bytes;
    sum.out_bytes += i->out_bytes - old.out_bytes;
    sum.in_count += i->in_count - old.in_count;
    sum.out_count += i->out_count - old.out_count;
  }
  return sum;
}

} // namespace pmactor
