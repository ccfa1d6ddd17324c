// A daemon's health page as tests want it: six actors, an hour old, all well.
#pragma once

#include "actors/supervision/health_page.hpp"
#include "actors/host/process_facts.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace pmactor::example {

using namespace std::chrono_literals;

inline constexpr std::int64_t pid = 4711;
inline constexpr std::uint64_t start = 123456;
inline const std::string boot_id = "0b5ea5e0-0000-4000-8000-000000000001";

/// 2026-11-21 09:12:07 UTC, an hour and two hours after the boot.
inline constexpr clock_sample now{7200s, 10800s, 1795252327s};

inline void fill_slot(health_slot& slot, const std::string& name, std::uint64_t handled) {
  slot.name.write(name);
  slot.phase = actor_phase::running;
  slot.generation = 1;
  slot.hang_limit_ns = std::chrono::nanoseconds{10s}.count();
  slot.started_ns = std::chrono::nanoseconds{now.total - 3599s}.count();
  slot.enqueued = handled;
  slot.handled = handled;
  slot.handler.write("scored_sample");
  slot.times.count(50us);
}

inline void fill_page(health_page& page) {
  page.pid = pid;
  page.process_start = start;
  page.boot_id.write(boot_id);
  page.data_folder.write("/home/ada/.local/share/pmactor");
  page.phase = daemon_phase::running;
  page.started_total_ns = std::chrono::nanoseconds{now.total - 3600s}.count();
  page.started_wall_ns = std::chrono::nanoseconds{now.wall - 3600s}.count();
  page.pulse_awake_ns = std::chrono::nanoseconds{now.awake - 400ms}.count();
  page.pulse_total_ns = std::chrono::nanoseconds{now.total - 400ms}.count();
  page.pulse_wall_ns = std::chrono::nanoseconds{now.wall - 400ms}.count();
  page.samples_taken = 3599;
  page.samples_stored = 720;
  page.samples_discarded = 2879;
  const char* names[] = {"storage-writer", "sample-policy",       "stress-scorer",
                         "system-metrics", "powermetrics-reader", "notifier"};
  for (std::size_t i = 0; i < 6; ++i)
    fill_slot(page.slots[i], names[i], 3600 - 10 * i);
  page.slots[4].optional_child = 1;
  page.slots[4].note.write("sampler child 4713, 3,598 documents");
  page.slots[5].optional_child = 1;
  page.slots_used = 6;
  page.mark = health_page::magic;
}

inline std::unique_ptr<health_page> make_page() {
  auto page = std::make_unique<health_page>();
  fill_page(*page);
  return page;
}

/// The slot's actor began this long ago to handle a message that came then, and the host was not paused since.
inline void let_handle(health_slot& slot, const std::string& message, std::chrono::nanoseconds age,
                       std::int64_t thread = 0) {
  const auto since = std::chrono::nanoseconds{now.awake - age}.count();
  slot.arrivals_ns[slot.enqueued % health_slot::remembered_arrivals] = since;
  ++slot.enqueued;
  slot.handler.write(message);
  slot.handler_thread = thread;
  slot.handler_since_ns = slot.met_since_ns = since;
  slot.met_for_ns = age.count();
}

/// A message came this long ago and waits.
inline void let_wait(health_slot& slot, std::chrono::nanoseconds age) {
  slot.arrivals_ns[slot.enqueued % health_slot::remembered_arrivals] =
    std::chrono::nanoseconds{now.awake - age}.count();
  ++slot.enqueued;
}

/// What the kernel says of the page's daemon when all is well.
inline process_facts facts() {
  process_facts x;
  x.start = start;
  x.state = 'S';
  x.cpu = 9s;
  x.memory = 12.3e6;
  x.threads = {{4711, 'S', "futex_wait_queue"}, {4712, 'S', "do_epoll_wait"}};
  return x;
}

} // namespace pmactor::example
