// The SWITCH RECORDER with rings that a test writes, and a listener to what it reports.
#pragma once

#include "actors/switch_recorder/switch_recorder.hpp"

#include "support/actor_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

using namespace std::chrono_literals;

struct amendment_listener_state {
  amendment_listener_state() = default;
  static constexpr const char* name = "listener";
};

inline pause_sink_actor::behavior_type
listen_to_amendments(actor_pointer<pause_sink_actor, amendment_listener_state>,
                     std::vector<event_amendment>* received) {
  return {[](const pause_event&) {},
          [received](const event_amendment& x) { received->push_back(x); }};
}

/// What a stand-in for the rings says: one process on the only CPU, all the time.
struct rings_script {
  recorder_state state{1, "the task on 1 CPU", ""};
  std::chrono::nanoseconds now = 104s;
  std::string hog = "spinner";
  std::optional<std::chrono::nanoseconds> reach, disk_reach;
  std::string disk;   ///< Whose requests are recorded: the hog's, eight at a time; none if empty.
  bool hangs = false; ///< That disk does: it completes nothing.
  int opened = 0, taken = 0;
  std::vector<switch_rate> followed;
};

class rings_stand_in : public switch_source {
public:
  explicit rings_stand_in(rings_script& x) : script_(x) {
    ++script_.opened;
  }
  switch_log take(std::chrono::nanoseconds since) override {
    ++script_.taken;
    switch_log log;
    log.taken = script_.now;
    log.reach = script_.reach;
    log.disk_reach = script_.disk_reach;
    log.cpus = {{0, since, {{since, script_.now, 21, 21, true}}}};
    log.processes[21].name = script_.hog;
    if (!script_.disk.empty()) {
      auto& disk = log.disks.emplace_back();
      disk.name = script_.disk;
      for (auto at = since; at < script_.now; at += 500ms)
        disk.requests.insert(disk.requests.end(), 8,
                             {at, std::min(at + 500ms, script_.now), 21, 65536, !script_.hangs});
    }
    return log;
  }
  bool follow(const switch_rate& all) override {
    script_.followed.push_back(all);
    const bool changes = script_.state.records.find("samples") == std::string::npos;
    script_.state.records = "the task on 1 CPU (by samples)";
    return changes;
  }
  recorder_state state() const override {
    return script_.state;
  }

private:
  rings_script& script_;
};

inline event_record starved() {
  event_record x;
  auto& event = x.event;
  event.id = mint_event_id(event_kind::pause, 1'700'000'102s);
  event.before.awake = 101'950ms;
  event.after = {104s, 204s, 1'700'000'104s};
  event.duration = 2s;
  event.cause = pause_cause::cpu_wait;
  event.book[pause_cause::cpu_wait] = {2s, "waited"};
  return x;
}

inline event_record stalled(stall_resource what, bool is_over) {
  auto x = starved();
  auto& event = x.event;
  event.id = mint_event_id(event_kind::stall, 1'700'000'102s);
  event.kind = event_kind::stall;
  event.before.awake = 102s;
  event.book = {};
  explain_stall(event, {what, "", {}, {}, is_over});
  return x;
}

struct switch_recorder_fixture : actor_fixture {
  rings_script rings;
  health_slot slot;
  slot_supplement supplement;
  std::vector<event_amendment> received;
  std::shared_ptr<switch_recorder_memory> memory = std::make_shared<switch_recorder_memory>();
  switch_recorder_policy policy;
  switch_recorder_impl aut;
  pause_sink_actor sink = spawn(listen_to_amendments, &received);

  switch_recorder_fixture() {
    memory->pending.try_emplace("flight-recorder");
    start();
  }
  ~switch_recorder_fixture() override {
    finish();
  }
  void start() {
    aut = spawn(switch_recorder, actor_slot_ref{&slot, 0, 0, {}, &supplement}, policy,
                start_switch_source{[this](const switch_recorder_policy&) {
                  return std::make_unique<rings_stand_in>(rings);
                }},
                memory);
    caf::anon_send(aut, link_to{"flight-recorder"}, sink);
    consume_messages();
  }
  template <class T>
  void feed(const T& x) {
    caf::anon_send(aut, x);
    consume_messages();
  }
};

} // namespace pmactor
