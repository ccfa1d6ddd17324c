// Decides who held up a thread that was ready to run: charges each process with the time that it was on the CPU which
// the thread waited for. To be busy elsewhere, or while no victim waited, is no harm. At a disk each is charged with the
// requests that it had ahead of others. Pure.
#pragma once

#include "actors/switch_recorder/switch_log.hpp"
#include "messages/blame.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// A stretch in which a victim was ready to run and did not, on the awake clock.
struct cpu_wait {
  std::chrono::nanoseconds began{}, ended{};
  std::optional<std::uint32_t> cpu; ///< The one that it waited for; absent if it may have been any.
  friend bool operator==(const cpu_wait&, const cpu_wait&) = default;
};

/// @param thread the victim.
/// @param waited how long it was ready in all between *from* and *to*, as the kernel counts it: of an absence in which
/// it slept at first it was ready in the end.
/// @returns its waits, the oldest first. If the log does not have it, or has only samples of a CPU: one that ends at *to*.
std::vector<cpu_wait> find_waits(const switch_log& log, std::int32_t thread, std::chrono::nanoseconds from,
                                 std::chrono::nanoseconds to, std::chrono::nanoseconds waited);

/// Adds up what each did, also over several logs of one long stall.
class charge_book {
public:
  static constexpr std::size_t most_processes = 4096; ///< What more there are is charged to the others.
  static constexpr std::size_t most_doers = 8;        ///< Lines of the blame.
  /// From so many living processes of one parent, unit and name on they are one line.
  static constexpr std::uint32_t many = 3;

  /// @pre the waits do not overlap any that were added before.
  void add(const std::vector<cpu_wait>& waits, const switch_log& log);

  /// Adds who was ahead at a disk from *since* to *until*. What kernel threads write they write for programs that their
  /// requests do not name, so that is not known.
  void add(const disk_log& disk, std::chrono::nanoseconds since, std::chrono::nanoseconds until, const switch_log& log);

  /// @returns whether no waiting was added.
  bool is_empty() const {
    return waited_ <= std::chrono::nanoseconds{};
  }
  /// @returns whether of more than a trifle of the waiting only samples say who was on the CPUs.
  bool is_sampled() const {
    return sampled_ * 50 > waited_;
  }
  /// @param harm how long the victim waited as it was measured; all is scaled to it, so that it sums up.
  /// @returns without resource and victim.
  blame_facts sum_up(std::chrono::nanoseconds harm) const;

private:
  struct entry {
    task_identity is;
    std::chrono::nanoseconds held{};
    double bytes = 0; ///< That a disk moved for it.
  };
  void add(const cpu_wait& wait, const switch_log& log);
  void charge(std::int32_t pid, std::chrono::nanoseconds held, double bytes, const switch_log& log);
  void note_gaps(const switch_log& log);

  std::map<std::int32_t, entry> processes_;
  std::chrono::nanoseconds waited_{}, held_{}, others_{}, uncovered_{};
  std::chrono::nanoseconds sampled_{};    ///< Of what was waited.
  std::chrono::nanoseconds for_others_{}; ///< Kernel threads had it, for programs that are not recorded.
  std::chrono::nanoseconds stood_still_{}; ///< The disk did, by itself.
  bool covers_end_ = true; ///< What is not covered is the begin of all that was waited.
  std::uint64_t lost_ = 0;
  std::vector<std::string> remarks_;
};

/// @returns a name under which kernel threads of one kind are one: "kworker (flush-8:0)" of "kworker/u8:2+flush-8:0".
std::string kernel_thread_name(const std::string& name);

} // namespace pmactor
