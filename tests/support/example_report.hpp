// An event to draw: a freeze that a backup brought about.
#pragma once

#include "app/report/render_report.hpp"

#include <string>

namespace pmactor {

/// @param name of the first suspect, which stands also wherever else a foreign text may.
inline report_facts example_report(const std::string& name = "rsync") {
  // As JSON has it, whatever the name holds.
  std::string quoted;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '"' || c == '\\') {
      static constexpr char digits[] = "0123456789abcdef";
      quoted += std::string{"\\u00"} + digits[byte >> 4] + digits[byte & 15];
    } else {
      quoted += c;
    }
  }
  const auto more = name == "rsync" ? std::string{} : quoted;
  report_facts x;
  auto& event = x.event;
  event.id = 7;
  event.kind = "pause";
  event.started = 1'700'000'000.25;
  event.ended = 1'700'000'012.55;
  event.duration = 12.3;
  event.uncertainty = 0.05;
  event.expected = 0.1;
  event.latency_ratio = 124;
  event.cause = "io";
  event.confidence = "high";
  event.scope = "system";
  event.stress_total = 71;
  event.ledger = R"({"io":9.3,"memory":2.5,"unexplained":0.5})";
  event.evidence = R"([{"line":"io","says":"the disk was busy)" + more
                   + R"("},{"says":"the sampler child was late as well"}])";
  event.culprits = R"([{"pid":4711,"start_time":1699990000.5,"name":")" + quoted + R"(","reason":"wrote 298 MB/s)"
                   + more + R"("}])";
  event.event_dir = "events/2023-11-14T22-13-20Z-7";
  event.notes = name == "rsync" ? "" : name;
  x.suspects = suspects_of(event);
  x.likeness = {"4d6fcb4e", "like 12 others, the last before it 2023-11-13 22:13" + more, 12};
  x.capture = R"({"version":1,"status":"complete","why":"","findings":["Two processes waited)" + more
              + R"("],"artifacts":[{"name":"processes","file":"processes.json","status":"ok","bytes":4000,)"
                R"("began":0.004,"took":0.31,"says":""},{"name":"stacks","file":"stacks.txt","status":"ok",)"
                R"("bytes":90000,"began":0.1,"took":0.2,"says":""},{"name":"journal","file":"","status":"skipped",)"
                R"("bytes":0,"began":0.1,"took":0,"says":"there is no journal)"
              + more + R"("}],"bill":{"cpu":0.05,"took":1.2,"bytes":123456}})";
  x.files.push_back({"processes.json",
                     R"({"processes":[{"pid":4711,"name":")" + quoted
                       + R"(","state":"D","cpu_pct":76.5,"memory":19001344,"read_rate":0,"write_rate":298000000,)"
                         R"("waits_in":"io_schedule)"
                       + more + R"("}]})",
                     4000});
  x.files.push_back({"stacks.txt", "rsync (4711)\n\tio_schedule\n" + name, 90000});
  x.host.name = name == "rsync" ? "example" : name;
  x.host.system = "Linux 6.1.0, x86_64" + more;
  x.host.cpus = 8;
  x.host.memory = 16e9;
  x.host.booted = 1'699'990'000;
  x.version = "0.1.0";
  x.now = 1'700'000'100;
  for (int i = -60; i < 40; ++i) {
    if (i >= 0 && i <= 12)
      continue;
    sample_row second;
    using column = sample_column;
    second[column::timestamp] = *event.started + i;
    const double near = i < 0 ? 60 + i : 40 - i;
    second[column::stress_load] = near / 2;
    second[column::stress_memory] = near / 4;
    second[column::stress_latency] = 0;
    second[column::stress_io] = i > -10 && i < 20 ? 20 : 0;
    second[column::cpu_pct] = near;
    second[column::psi_io_some] = near;
    second[column::psi_io_full] = near / 2;
    second[column::io_write] = near * 5e6;
    x.seconds.push_back(second);
    if (!x.suspects.empty())
      x.suspects[0].curve.push_back({second.at(), near, near * 5e6, 1e9});
  }
  return x;
}

} // namespace pmactor
