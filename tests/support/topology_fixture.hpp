// The whole house as production builds it, on the deterministic scheduler, in a world of its own: scripted
// counters, a scripted sampler child, a history in memory. Include after support/test.hpp.
#pragma once

#include "app/topology.hpp"

#include "support/actor_fixture.hpp"
#include "support/scripted_child.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace pmactor {

using namespace std::chrono_literals;

/// What was committed; outlives every connection.
struct stored_rows {
  std::map<std::uint64_t, scored_sample> samples; ///< By tick.
  int twice = 0;                                  ///< Samples that came again and were skipped.
  std::map<std::chrono::nanoseconds, event_record> events; ///< By start.
  std::optional<storage_failure> fails;           ///< Every commit, with this.
};

class history_in_memory final : public history_port {
public:
  explicit history_in_memory(stored_rows& rows) : rows_(rows) {
  }

  std::size_t store(std::span<const history_row> rows) override {
    if (rows_.fails)
      throw storage_problem{*rows_.fails, "The disk of this test failed."};
    std::size_t fresh = 0;
    for (const auto& x : rows)
      if (const auto* sample = std::get_if<scored_sample>(&x)) {
        if (rows_.samples.emplace(sample->system.tick, *sample).second)
          ++fresh;
        else
          ++rows_.twice;
      } else if (const auto* event = std::get_if<event_record>(&x)) {
        rows_.events.emplace(event->event.started, *event);
      } else if (const auto* amendment = std::get_if<event_amendment>(&x)) {
        for (auto& [started, known] : rows_.events)
          if (known.event.id == amendment->id)
            amend(known, *amendment);
      }
    return fresh;
  }

  prune_result prune(const prune_order&) override {
    return {};
  }

  std::vector<std::string> pinned_folders() override {
    return {};
  }

  history_size size() override {
    return {rows_.samples.size(), 0};
  }

  const std::string& opened() const override {
    return nothing_;
  }

  const std::string& alarm() const override {
    return nothing_;
  }

  std::string set_aside(const std::string&) override {
    return {};
  }

  void end() override {
  }

private:
  stored_rows& rows_;
  std::string nothing_;
};

struct topology_fixture : actor_fixture {
  std::vector<std::unique_ptr<health_page>> former;
  std::unique_ptr<health_page> page = std::make_unique<health_page>();
  stored_rows rows;
  scripted_children children;
  topology_options options;
  supervisor_actor root;
  double load = 0.5;
  std::function<void(beat_batch)> report_beats; ///< Of the beat's thread.
  std::function<void(const reload_result&)> on_reloaded;
  start_switch_source switches;
  std::chrono::nanoseconds waited{}; ///< What the beat waits for a CPU in a pause; else it is stopped.

  topology_fixture() {
    options.conf.powermetrics.command = {"the-sampler"};
    options.conf.sampling.normal_every = 1s;
    options.conf.supervision = supervisor_policy{1000, 60s, 10ms, 100ms};
  }

  ~topology_fixture() override {
    root = nullptr;
    finish();
  }

  void start() {
    topology_seams seams;
    seams.all_pooled = true;
    seams.read_counters = [this] {
      system_counters x;
      x.at.awake = x.at.total = now();
      x.at.wall = 1'700'000'000s + now();
      x.cores = 1;
      x.load1 = load;
      return x;
    };
    seams.start_child = children.starter();
    seams.beat = [this](const beat_policy&, std::function<void(beat_batch)> report) {
      report_beats = std::move(report);
      return std::make_unique<beat_source>();
    };
    seams.switches = switches;
    seams.read_settings = [this] { return options.conf; };
    seams.on_reloaded = on_reloaded;
    seams.open = [this](damaged_file) { return std::make_unique<history_in_memory>(rows); };
    root = spawn(supervisor, make_topology(options, seams, *page, lived));
    consume_messages();
  }

  clock_sample clocks() {
    return {now(), now(), 1'700'000'000s + now()};
  }

  /// The host stops for a while, until a signal continues it.
  void pause(std::chrono::nanoseconds length) {
    late_beat late;
    late.period = 100ms;
    late.before.at = clocks();
    late.before.continues = 0;
    late.deadline = late.before.at.awake + late.period;
    advance_time(length);
    beat();
    late.after.at = clocks();
    late.after.continues = waited > 0ns ? 0 : 1;
    late.before.own_wait = 0ns;
    late.after.own_wait = waited;
    report_beats({{late.after.at, late.period, {length - late.period}, {}, 0}, {late}, {}});
    consume_messages();
  }

  health_slot& slot(std::string_view name) {
    for (auto& x : page->slots)
      if (x.name.read() == name)
        return x;
    throw std::runtime_error("no actor of this name");
  }

  /// Every tick up to the newest is there.
  void check_no_gap(std::uint64_t at_least) {
    CAF_REQUIRE(!rows.samples.empty());
    CAF_CHECK_EQUAL(rows.samples.begin()->first, 1u);
    CAF_CHECK_EQUAL(rows.samples.rbegin()->first, rows.samples.size());
    CAF_CHECK(rows.samples.size() >= at_least);
  }
};

} // namespace pmactor
