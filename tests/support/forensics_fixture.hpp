// The FORENSICS SUPERVISOR with jobs that the test ends, and a history that knows which folders are pinned.
// Include after support/test.hpp.
#pragma once

#include "actors/forensics_supervisor/forensics_supervisor.hpp"

#include "support/actor_fixture.hpp"
#include "support/stand_in_job.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace pmactor {

using namespace std::chrono_literals;

using report_listener_actor = caf::typed_actor<caf::reacts_to<capture_report>>;
struct report_listener_state {
  report_listener_state() = default;
  static constexpr const char* name = "listener";
};
inline report_listener_actor::behavior_type
listen_to_reports(actor_pointer<report_listener_actor, report_listener_state>, std::vector<capture_report>* received) {
  return {[received](const capture_report& x) { received->push_back(x); }};
}

/// The history as it is asked for folders.
struct ledger_of_events {
  pinned_folders pinned{true, {}};
};
struct index_state {
  index_state() = default;
  static constexpr const char* name = "index";
};
inline event_index_actor::behavior_type index_of(actor_pointer<event_index_actor, index_state>, ledger_of_events* x) {
  return {[x](const ask_pinned&) { return x->pinned; }};
}

struct forensics_fixture : actor_fixture {
  using task = job_order::task;

  forensics_supervisor_policy policy{{}, {{}, {"stacks=5"}, 2}, 2'000'000'000};
  std::vector<std::shared_ptr<stand_in>> jobs; ///< All that were started.
  ledger_of_events events;
  std::vector<capture_report> received;
  job_outcome leftovers;
  capture_room room{1ull << 30, 1ull << 40};
  std::string no_thread_for; ///< This artifact.
  health_slot slot;
  std::shared_ptr<forensics_memory> memory = std::make_shared<forensics_memory>();
  forensics_supervisor_actor aut;

  ~forensics_fixture() override {
    aut = nullptr;
    finish();
  }

  void start() {
    forensics_host host;
    host.start = [this](job_order order, std::function<void(job_outcome)> done) {
      if (order.what == task::capture && order.artifact.name == no_thread_for)
        throw std::runtime_error("no thread to be had");
      auto x = std::make_shared<stand_in>();
      x->order = std::move(order);
      x->done = std::move(done);
      jobs.push_back(x);
      return std::make_unique<stand_in_job>(x);
    };
    host.snapshot = [this] {
      counter_snapshot x;
      x.at.awake = now();
      return x;
    };
    aut = spawn(forensics_supervisor, actor_slot_ref{&slot}, policy, host, &lived, memory);
    caf::anon_send(aut, link_to{"storage-writer"},
                   caf::actor_cast<capture_sink_actor>(spawn(listen_to_reports, &received)));
    caf::anon_send(aut, link_to{"storage-writer"}, event_index_actor{spawn(index_of, &events)});
    consume_messages();
    settle(task::recover, leftovers);
    settle(task::make_room);
    settle(task::probe);
  }

  /// The jobs of this kind that are under way.
  std::vector<std::shared_ptr<stand_in>> running(task what) {
    std::vector<std::shared_ptr<stand_in>> result;
    for (const auto& x : jobs)
      if (x->order.what == what && !x->gone)
        result.push_back(x);
    return result;
  }
  std::size_t count(task what) {
    return static_cast<std::size_t>(
      std::count_if(jobs.begin(), jobs.end(), [what](const auto& x) { return x->order.what == what; }));
  }
  /// Ends all jobs of a kind that are under way.
  void settle(task what, const job_outcome& outcome = {}) {
    for (const auto& x : running(what))
      x->done(outcome);
    consume_messages();
  }
  std::string names(task what) {
    std::string result;
    for (const auto& x : running(what))
      result += x->order.artifact.name + ' ';
    return result;
  }

  event_record paused(std::chrono::nanoseconds started, std::chrono::nanoseconds length = 3s) {
    event_record x;
    x.event.id = mint_event_id(event_kind::pause, started);
    x.event.started = started;
    x.event.ended = started + length;
    x.event.duration = length;
    x.event.before.awake = now() - length;
    x.event.after.awake = now();
    return x;
  }
  void send_event(const auto& news) {
    caf::anon_send(aut, news);
    consume_messages();
  }
  void measured() {
    job_outcome outcome;
    outcome.room = room;
    settle(task::measure, outcome);
  }
  /// Ends artifacts until there are none.
  void capture_all() {
    for (int i = 0; i < 20 && !running(task::capture).empty(); ++i)
      for (const auto& x : running(task::capture)) {
        job_outcome outcome;
        outcome.artifact.file = x->order.artifact.file;
        outcome.artifact.bytes = 100;
        outcome.artifact.took = 1ms;
        outcome.cpu = 2ms;
        outcome.found = {{50, "found by " + x->order.artifact.name}};
        x->done(outcome);
        consume_messages();
      }
  }
  void publish() {
    for (const auto& x : running(task::publish)) {
      job_outcome outcome;
      outcome.published = x->order.report;
      outcome.published.folder = "events/folder";
      x->done(outcome);
    }
    consume_messages();
  }
  void whole_capture() {
    measured();
    capture_all();
    publish();
    settle(task::make_room);
  }
};

} // namespace pmactor
