#include "actors/host/parse_diskstats.hpp"

#include "actors/host/parse_numbers.hpp"

#include <array>

namespace pmactor {

std::optional<disk_stat> parse_disk_stat(std::string_view line) {
  disk_stat x;
  if (take_word(line).empty() || take_word(line).empty()) // major, minor
    return std::nullopt;
  x.name = take_word(line);
  std::array<std::uint64_t, 18> field{}; // numbered from 1, as in the kernel's documentation
  std::size_t count = 1;
  while (count < field.size() && take_number(line, field[count]))
    ++count;
  constexpr std::size_t always =
    12; // up to the time in the queue, which every kernel has had since 2.6.25
  if (x.name.empty() || count < always)
    return std::nullopt;
  using std::chrono::milliseconds;
  x.reads = field[1];
  x.read_sectors = field[3];
  x.read_time = milliseconds{field[4]};
  x.writes = field[5];
  x.written_sectors = field[7];
  x.write_time = milliseconds{field[8]};
  x.in_flight = field[9];
  x.busy = milliseconds{field[10]};
  x.queued = milliseconds{field[11]};
  x.discards = field[12];
  x.discard_time = milliseconds{field[15]};
  x.flushes = field[16];
  x.flush_time = milliseconds{field[17]};
  return x;
}

} // namespace pmactor
