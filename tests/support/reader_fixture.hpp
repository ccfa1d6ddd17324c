// The POWERMETRICS READER with a child that the test scripts, and what it reported. Include after support/test.hpp.
#pragma once

#include "actors/powermetrics_reader/powermetrics_reader.hpp"

#include "support/actor_fixture.hpp"
#include "support/powermetrics_stream.hpp"
#include "support/scripted_child.hpp"

#include <chrono>
#include <memory>
#include <vector>

namespace pmactor {

using namespace std::chrono_literals;

struct power_sink_state {
  power_sink_state() = default;
  static constexpr const char* name = "sink";
};

using power_and_witness_sink = caf::typed_actor<caf::reacts_to<power_sample>, caf::reacts_to<witness_reading>>;

inline power_and_witness_sink::behavior_type
collect_power(power_and_witness_sink::stateful_pointer<power_sink_state>, std::vector<power_sample>* samples,
              std::vector<witness_reading>* readings, int* breaks) {
  return {
    [samples](const power_sample& x) { samples->push_back(x); },
    [readings, breaks](const witness_reading& x) {
      if (x == witness_reading{})
        ++*breaks;
      else
        readings->push_back(x);
    },
  };
}

struct reader_fixture : actor_fixture {
  std::unique_ptr<health_page> page = std::make_unique<health_page>();
  health_slot& slot = page->slots[0];
  scripted_children children;
  std::vector<power_sample> samples;
  std::vector<witness_reading> readings;
  int breaks = 0; ///< In their line.
  powermetrics_reader_policy policy;
  powermetrics_reader_actor aut; // actor under test

  reader_fixture() {
    policy.command = {"the-sampler", "-i", "1000"};
  }

  ~reader_fixture() override {
    aut = nullptr;
    finish();
  }

  void start() {
    aut = spawn(powermetrics_reader, actor_slot_ref{&slot}, policy, &lived, children.starter());
    consume_messages();
    const auto to = spawn(collect_power, &samples, &readings, &breaks);
    self->send(aut, link_to{"scorer"}, power_sink_actor{to});
    self->send(aut, link_to{"detector"}, witness_sink_actor{to});
    consume_messages();
  }

  /// The child writes healthily for so many seconds.
  void write_for(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      live(1s);
      children.write(second_document(), {1s * i, 2s * i, 3s * i});
      consume_messages();
    }
  }

  void end(child_end how = {true, 9}) {
    children.end(how);
    consume_messages();
  }

  bool is_healthy() {
    return slot.degraded.read().empty();
  }
};

} // namespace pmactor
