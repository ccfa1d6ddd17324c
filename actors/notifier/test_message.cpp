#include "actors/notifier/test_message.hpp"

#include "messages/event_facts.hpp"

#include <chrono>

namespace pmactor {
namespace {

/// @returns an event that a notice of this kind could be about, for one who tries the ways to the user.
event_record sample_event(notice_kind kind) {
  using namespace std::chrono_literals;
  constexpr auto began = std::chrono::milliseconds{1'768'900'213'250};
  event_record x;
  auto& event = x.event;
  event.started = event.ended = began;
  event.sure = confidence::high;
  if (kind == notice_kind::outage) {
    event.kind = event_kind::outage;
    event.started = std::chrono::floor<std::chrono::seconds>(began);
    event.duration = 132s;
    event.ended = event.started + event.duration;
    event.evidence = {"the power was lost", "the last minute: memory pressure 96 %, then nothing"};
    return x;
  }
  if (kind == notice_kind::incident) {
    event_facts facts;
    facts.title = "the kernel killed firefox, as the machine was out of memory";
    event.kind = event_kind::incident;
    event.facts = to_json(facts);
    return x;
  }
  event.cause = pause_cause::io;
  event.scope = pause_scope::system;
  x.culprits = {{4711, std::nullopt, "rsync", "wrote 298 MB/s"}};
  event.duration = 12300ms;
  if (kind == notice_kind::stall || kind == notice_kind::stall_over) {
    event.kind = event_kind::stall;
    event.duration = kind == notice_kind::stall ? 10s : 41s;
    auto& stall = event.stall.emplace();
    stall.resource = stall_resource::disk;
    stall.name = "sda";
    stall.waiting = {{4711, std::nullopt, "rsync", "io_schedule", 0s}};
    stall.is_over = kind == notice_kind::stall_over;
  }
  return x;
}

} // namespace

notice_message test_message(notice_kind kind) {
  using namespace std::chrono_literals;
  notice x;
  x.kind = kind;
  x.is_test = true;
  x.pauses = 1;
  x.about = x.longest = sample_event(kind);
  x.total = x.longest->event.duration;
  x.culprits = x.longest->culprits;
  stress_alert stress;
  stress.change = kind == notice_kind::all_clear  ? stress_change::relieved
                  : kind == notice_kind::elevated ? stress_change::elevated
                                                  : stress_change::critical;
  stress.stress.load = kind == notice_kind::elevated ? 34 : 40;
  if (kind != notice_kind::elevated)
    stress.stress.memory = 24;
  stress.lasted = kind == notice_kind::elevated ? 0s : 30s;
  x.stress = stress;
  x.faults = {{"powermetrics-reader", "The sampler child does not start."}};
  if (kind == notice_kind::forensics) {
    x.folder = "events/2026-01-20T09-10-13Z-pause";
    x.event = mint_event_id(event_kind::pause, std::chrono::milliseconds{1'768'900'213'250});
    x.finding = "Two processes waited for the disk.";
  }
  return compose_notice(x);
}

} // namespace pmactor
