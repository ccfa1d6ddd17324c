// The KERNEL LOG: reads what the kernel logs, once a second, and makes incidents of what the rules
// know: GPUs and disks that were reset, processes that were killed for lack of memory, lockups,
// errors of file systems.
#pragma once

#include "actors/kernel_log/describe_suspend.hpp"
#include "actors/kernel_log/group_incidents.hpp"
#include "actors/kernel_log/log_clock.hpp"
#include "actors/kernel_log/log_reader.hpp"
#include "actors/kernel_log/sleep_reasons.hpp"
#include "actors/kernel_log/track_sleep.hpp"
#include "actors/supervision/outboxes.hpp"
#include "actors/supervision/round_timer.hpp"
#include "messages/actors.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// To itself: time to read what was logged.
struct log_due {};
inline std::string to_string(const log_due&) {
  return "log_due{}";
}

} // namespace pmactor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::log_due)

namespace pmactor {

using kernel_log_impl = kernel_log_actor::extend<caf::reacts_to<log_due>>;

/// What outlives an incarnation; the topology keeps it. The reader is in it, so that no line is
/// missed by a restart.
struct kernel_log_memory {
  std::unique_ptr<log_reader> reader; ///< Null where the log cannot be read.
  std::unique_ptr<suspend_reader> suspends;
  std::unique_ptr<program_log> programs;
  std::unique_ptr<device_reports> devices;
  std::optional<kernel_counts> counts; ///< Where the log cannot be read.
  suspend_counts counted;              ///< After the last suspend, or at the start.
  suspend_phases phases;
  sleep_reasons reasons;
  sleep_tracker sleeps;
  incident_groups groups;
  log_clock clock;
  outbox_memories<pause_news> pending; ///< By role.
  outbox_memory<remark> remarks;
  std::uint64_t read = 0, skipped = 0, reported = 0; ///< Lines, lines, incidents.

  /// Drops whatever may be what its owner dies of.
  void start_afresh();
};

/// Lost on a restart: nothing; the sinks are linked again.
struct kernel_log_state {
  using pointer = actor_pointer<kernel_log_impl, kernel_log_state>;

  explicit kernel_log_state(pointer p) : self(p) {
  }

  static constexpr const char* name = "kernel-log";
  pointer self;
  kernel_log_policy policy;
  std::shared_ptr<kernel_log_memory> memory;
  outboxes<pause_news, pause_sink_actor> sinks;
  std::unique_ptr<outbox<remark, remark_sink_actor>> remarks;
  round_timer<log_due> timer{std::chrono::seconds{1}};
  std::function<kernel_counts()> read_counts;
  std::function<clock_sample()> clocks; ///< Of the host.
  std::uint64_t looks = 0;
  std::uint64_t noted = 0; ///< Of what was counted, as the note says it.
  bool was_followed = false; ///< As of the last look.

  void open(const kernel_log_host& host);
  void look();

private:
  void take_lines(const log_look& found);
  void take_programs(const clock_sample& now);
  void take_devices(const clock_sample& now);
  void judge_counts(const clock_sample& now);
  void judge_suspends(const clock_sample& now);
  void find_sleep(const clock_sample& now);
  void ask_about(const known_sleep& x);
  void push_all(const std::vector<remark>& found);
  /// Whether the lines of the kernel are read in the journal.
  bool is_followed() const;
  std::uint64_t skipped() const;
  void note_state();
};

kernel_log_impl::behavior_type kernel_log(kernel_log_state::pointer self,
                                          const actor_slot_ref& slot, const kernel_log_policy& policy,
                                          const kernel_log_host& host,
                                          const std::shared_ptr<kernel_log_memory>& memory);

} // namespace pmactor
