// What outlives a daemon: the simulated disk with its history, and a database port on it that means what
// the real one means (one transaction, samples by the last tick of the run, events by their ids).
// It fails as the plan says.
#pragma once

#include "actors/storage_writer/history.hpp"
#include "simulation/relay.hpp"
#include "simulation/shadow.hpp"

#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace pmactor::simulation {

/// Who wants to know of what is committed: the oracle.
class disk_watcher {
public:
  virtual ~disk_watcher() = default;
  virtual void committed(const scored_sample& row) = 0;
  /// @param earlier as it was stored before; null if it is new.
  virtual void committed(const event_record& row, const pause_event* earlier) = 0;
  virtual void committed(const capture_report& row) = 0;
  /// The one who stores dies of it now.
  virtual void dies_of_store() = 0;
  /// The one who stores finds that the file is damaged; not called again until it is damaged anew.
  virtual void finds_damage() = 0;
  /// What is amended was never stored.
  virtual void lacks(const event_amendment& row) = 0;
  /// The production's database came to something else than this one.
  virtual void differs(const std::string& what) = 0;
};

class disk {
public:
  explicit disk(disk_watcher& watcher) : watcher_(watcher) {
  }

  /// @returns the port for this run of the daemon. It is dead once *has_power* says no.
  open_history opener(std::uint64_t run, std::function<bool()> has_power);

  /// Until the file is set aside.
  void damage() {
    damaged_ = true;
    damage_is_known_ = false;
  }
  /// From now on has the production's database do the same in a file.
  void keep_file(shadow::defect planted);
  /// SIGKILL.
  void cut_power() {
    if (shadow_)
      shadow_->kill();
  }
  /// @returns where the production's database is; empty if it does not do the same.
  std::filesystem::path file() const {
    return shadow_ ? shadow_->file() : std::filesystem::path{};
  }
  /// Reads the file back. @pre No run of the daemon has it open.
  void check_file() {
    if (shadow_)
      shadow_->check();
  }

  std::optional<storage_failure> fails; ///< Every call, with this.
  death_at dies = death_at::never;      ///< As it stores next.
  std::chrono::nanoseconds slowness{};  ///< Of each commit.
  std::chrono::nanoseconds busy_for{};  ///< What the commits since the last look would have taken.

  std::uint64_t commits = 0, failures = 0, files_aside = 0, reports = 0;
  std::uint64_t samples_of(std::uint64_t run) const;
  std::uint64_t last_tick_of(std::uint64_t run) const {
    const auto i = last_tick_.find(run);
    return i == last_tick_.end() ? 0 : i->second;
  }
  std::uint64_t ended_run = 0; ///< The last one that marked its orderly end.
  std::size_t samples() const {
    return samples_.size();
  }
  std::size_t events() const {
    return events_.size();
  }
  std::optional<std::string> recall(const std::string& key) const;

private:
  class port;

  disk_watcher& watcher_;
  bool damaged_ = false, damage_is_known_ = false;
  std::deque<double> samples_; ///< When each was taken, on the wall clock; the rest was checked.
  std::map<std::uint64_t, std::uint64_t> last_tick_, count_; ///< By run.
  std::map<event_id, event_record> events_; ///< Without what led to them.
  std::map<std::string, std::string> kept_;
  std::unique_ptr<shadow> shadow_; ///< May be null.
};

} // namespace pmactor::simulation
