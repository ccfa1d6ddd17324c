// What the BLACK BOX asks of the host. Tests put a stand-in in its place.
#pragma once

#include "actors/black_box/box_record.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// What the host shows at the moment of a record. Absent is what cannot be read.
struct box_look {
  std::vector<box_disk> disks; ///< Those with requests in flight.
  std::vector<box_handler> handlers;
  std::optional<std::uint64_t> oom_kills, group_oom_kills;
  std::optional<double> battery_pct;
  std::optional<bool> on_battery;
  bool is_clock_synchronised = false; ///< By the network, as far as can be seen.
  std::vector<std::string> kernel_lines; ///< Of the last minute, the oldest first.
};

/// What is known when the ring has been read and the run before been judged.
struct box_opening {
  std::optional<event_record> outage; ///< Of the run before; absent if there was none.
  bool is_mishap = false;             ///< And people should know.
  /// What that run still owed: earlier outages that it had not stored, the newest first.
  std::vector<event_record> debts;
  /// Of that outage, if the machine was down: the last record, by which its length follows once the
  /// clock is set or corrected.
  std::optional<box_record> last;
  bool is_length_known = false;
  box_record self;     ///< Who writes from here on: run, version, drives and whatever else stays.
  std::string trouble; ///< Why there is no ring to write to; empty if there is one.
};

/// How writing goes.
struct box_writing {
  std::uint64_t written = 0; ///< Records that are durable, since the start.
  /// Which write is not done yet, from 1; 0 if none is. For how long is for its reader to say: the thread that writes
  /// may outlive the lived clock.
  std::uint64_t in_hand = 0;
  std::uint64_t lost = 0; ///< Records that fell off while it hung.
  std::string trouble;    ///< Why the last write failed; empty if it did not.
};

/// The ring and the traces on the host.
class box_host {
public:
  box_host() = default;
  box_host(const box_host&) = delete;
  box_host& operator=(const box_host&) = delete;
  virtual ~box_host() = default;

  /// Begins to read the ring and to judge the run before, on a thread that a disk may hold up for
  /// ever; once, however often it is called. Never waits.
  virtual void open() = 0;
  /// @returns what came of it; null until it is known.
  virtual std::shared_ptr<const box_opening> opened() = 0;
  /// Never waits for a disk.
  virtual box_look look() = 0;
  /// Has a record written, by a thread of its own. Never waits.
  virtual void write(const box_record& x) = 0;
  virtual box_writing how() = 0;
  /// Removes the ring, by a thread of its own: a run that is not recorded must not be judged by an
  /// older record.
  virtual void discard() = 0;

  /// To be called once all that is owed of runs before is stored, or it is known that nothing is.
  void settle() {
    is_settled_ = true;
  }
  /// From any thread.
  bool is_settled() const {
    return is_settled_;
  }

private:
  std::atomic<bool> is_settled_{false};
};

} // namespace pmactor
