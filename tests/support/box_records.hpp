// Records of the black box for tests.
#pragma once

#include "actors/black_box/box_record.hpp"

#include <chrono>
#include <string>

namespace pmactor {

/// A moment of a boot that began on 2026-11-28.
inline clock_sample box_clock(std::chrono::nanoseconds since_boot) {
  return {since_boot, since_boot, std::chrono::seconds{1'795'867'200} + since_boot};
}

inline box_second box_second_at(std::chrono::nanoseconds since_boot) {
  box_second x;
  x.awake = since_boot;
  x.wall = box_clock(since_boot).wall;
  x.cpu_pct = 12.5;
  x.load1 = 0.5;
  x.mem_available = 4e9;
  x.io_write = 1e6;
  x.psi_mem_some = 3;
  x.stress.load = 2;
  return x;
}

/// One that says something in each of its fields.
inline box_record full_record(std::uint64_t sequence, std::chrono::nanoseconds since_boot) {
  box_record x;
  x.sequence = sequence;
  x.run = {4711, 99, "7c3f2a10-0000-4000-8000-0123456789ab"};
  x.version = "0.1.0";
  x.program = 77;
  x.at = box_clock(since_boot);
  x.cores = 4;
  x.mem_total = 8e9;
  for (int i = 9; i >= 0; --i)
    x.seconds.push_back(box_second_at(since_boot - std::chrono::seconds{i}));
  x.disks = {{"sda", 7}};
  x.stalls = {{stall_resource::mount, "/home", since_boot - std::chrono::seconds{41}}};
  process_sample p;
  p.pid = 42;
  p.name = "rsync";
  p.io_write = 3e8;
  p.state = 'D';
  p.waits_in = "io_schedule";
  x.processes = {p};
  x.handlers = {{"storage-writer", "scored_sample", std::chrono::seconds{4}}};
  x.oom_kills = 3;
  x.group_oom_kills = 0;
  x.battery_pct = 80;
  x.on_battery = false;
  x.drives = {{"SSD 1", 100, 7}};
  x.kernel_lines = {"sd 0:0:0:0: rejecting I/O"};
  x.has_memory_copy = true;
  return x;
}

} // namespace pmactor
