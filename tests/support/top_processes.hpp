// Processes as `top` lists them, made up.
#pragma once

#include "app/top/rank_processes.hpp"

#include <cstdint>
#include <vector>

namespace pmactor {

inline top_process listed_process(std::int64_t pid, const char* name, const char* unit, double cpu, double memory,
                                  double io) {
  top_process x;
  x.sample.pid = pid;
  x.sample.name = name;
  x.sample.state = 'S';
  x.sample.cpu_pct = cpu;
  x.sample.mem_bytes = memory;
  x.sample.io_read = io;
  x.sample.io_write = io / 2;
  x.unit = unit;
  return x;
}

/// Of four units, the first suspected.
inline std::vector<top_process> four_processes() {
  std::vector<top_process> result{listed_process(4711, "rsync", "backup.service", 35.2, 48e6, 90e6),
                                  listed_process(812, "firefox", "session.scope", 61.0, 1.9e9, 2e5),
                                  listed_process(77, "postgres", "postgresql.service", 4.5, 350e6, 4e6),
                                  listed_process(1, "systemd", "init.scope", 0.1, 12e6, 0)};
  result[0].is_suspected = true;
  return result;
}

} // namespace pmactor
