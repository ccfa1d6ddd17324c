// Events as the rest of the house sends them to the history: a stop with its ledger and lead-up, a critical episode.
#pragma once

#include "messages/pause.hpp"

#include <chrono>

namespace pmactor {

using namespace std::chrono_literals;

inline event_record stopped_for(std::chrono::nanoseconds length, std::chrono::nanoseconds started) {
  event_record x;
  x.event.id = mint_event_id(event_kind::pause, started);
  x.event.started = started;
  x.event.ended = started + length;
  x.event.duration = length;
  x.event.uncertainty = 50ms;
  x.event.expected = 100ms;
  x.event.latency_ratio = 21;
  x.event.cause = pause_cause::stopped;
  x.event.sure = confidence::high;
  x.event.book[pause_cause::stopped] = {length - 400ms, "SIGCONT received"};
  x.event.book[pause_cause::cpu_wait] = {400ms, "waited"};
  x.stress = stress_score{};
  x.stress->load = 12;
  x.culprits = {{7, 1.5, "tar", "wrote 298 MB/s"}};
  for (int i = 0; i < 120; ++i) {
    auto& second = x.lead_up.emplace_back();
    second.system.at.wall = started - std::chrono::seconds{120 - i};
    second.system.interval = 1s;
    second.system.load1 = i;
    second.stress.load = 2;
  }
  return x;
}

inline event_record episode_at(std::chrono::nanoseconds started) {
  auto x = stopped_for(0s, started);
  x.event.kind = event_kind::critical;
  x.event.id = mint_event_id(event_kind::critical, started);
  x.event.book = {};
  return x;
}

} // namespace pmactor
