// Samples for tests: whatever a test does not care about has a plain value.
#pragma once

#include "messages/sample.hpp"

#include <string>

namespace pmactor {

/// @returns the sample of this tick, one second after the one before, with this many processes.
inline scored_sample make_sample(std::uint64_t tick, std::size_t processes = 2) {
  scored_sample x;
  x.system.tick = tick;
  x.system.at.wall = std::chrono::seconds{1'700'000'000} + std::chrono::seconds{tick};
  x.system.interval = x.system.lived = std::chrono::seconds{1};
  x.system.cpu_pct = 12.5;
  x.system.load1 = 0.75;
  x.system.cores = 4;
  x.system.mem_available = 4.5e9;
  x.system.mem_total = 8e9;
  x.system.io_write = 123456.0;
  x.stress.load = 10;
  for (std::size_t i = 0; i < processes; ++i) {
    process_sample process;
    process.pid = static_cast<std::int64_t>(1000 + i);
    process.start_time = 1.7e9;
    process.name = "worker-" + std::to_string(i);
    process.cpu_pct = 3.25;
    process.mem_bytes = 1e6;
    process.state = 'S';
    x.processes.push_back(std::move(process));
  }
  return x;
}

} // namespace pmactor
