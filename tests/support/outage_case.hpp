// How a run ended and what is found at the next start, for tests of what is decided of it.
#pragma once

#include "actors/black_box/decide_outage.hpp"

#include "support/box_records.hpp"

#include <chrono>

namespace pmactor {

/// An end 1000 s after a boot, and what is found at the next start.
struct case_file {
  box_record last = full_record(7, std::chrono::seconds{1000});
  start_traces now;

  case_file() {
    last.end.reset();
    last.battery_pct.reset(); // a desktop
    last.on_battery.reset();
    now.version = last.version;
    now.program = last.program;
  }
  case_file& same_boot() {
    now.run = {4800, 123, last.run.boot_id};
    now.now = box_clock(std::chrono::seconds{1010});
    return *this;
  }
  /// Off for a minute, and 20 s into the next boot.
  case_file& next_boot() {
    now.run = {600, 45, "0d3f2a10-0000-4000-8000-0123456789ab"};
    now.now = {std::chrono::seconds{20}, std::chrono::seconds{20}, last.at.wall + std::chrono::seconds{80}};
    return *this;
  }
  outage_verdict verdict() const {
    return decide_outage(last, now);
  }
};

inline daemon_trace trace_of(const case_file& x) {
  daemon_trace result;
  result.run = x.last.run;
  result.handlers = {{"stress-scorer", "power_sample", std::chrono::milliseconds{3}}};
  return result;
}

} // namespace pmactor
