// Reads every process of the machine once a sample, for less than a millisecond of CPU. Four things make
// it cheap. Descriptors are kept. A process with one thread is asked for its exact clock (schedstat)
// first, a third of the price of its stat; if that stands still, nothing of it has changed. One whose
// clock has stood still for a minute is asked only every fourth time, in turn, unless there are signs that
// more than the others are at work. And the directory is only listed again when the kernel has made a
// process since.
#pragma once

#include "actors/host/kept_file_linux.hpp"
#include "app/sampler/compute_window.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// What is known of the machine when its processes are about to be read.
struct scan_request {
  std::chrono::nanoseconds at{};      ///< The total clock.
  std::optional<std::uint64_t> forks; ///< Processes and threads ever made, read before.
  std::chrono::nanoseconds busy{};    ///< CPU time that went to processes since the last scan.
  bool all = true;                    ///< Force a full scan.
};

/// Remembers every process it has seen until that one ends.
class process_scanner {
public:
  /// @param root the root of the file system, `/` but in tests.
  /// @param most_kept beyond so many descriptors processes are read by opening and closing.
  process_scanner(std::filesystem::path root, std::size_t most_kept);

  /// Fills *result*, whose memory is used again, by ascending pid.
  void scan(const scan_request& request, std::vector<process_reading>& result);

  std::size_t kept() const {
    return kept_;
  }

private:
  struct entry {
    explicit entry(std::int64_t pid) {
      reading.pid = pid;
    }
    process_reading reading;
    bool seen = false;   ///< *reading* holds something.
    bool may_io = true;  ///< /proc/PID/io has not been refused.
    bool gone = false;
    bool skipped = false; ///< In this scan, so far.
    std::uint64_t threads = 0;
    bool had_threads =
      false; ///< Then what its threads did that ended cannot be separated from its children's.
    kept_file stat, schedstat, io;
    /// Its exact clock as it was before its stat was last read; if it still is, so is its stat.
    std::optional<run_clock> gate;
    std::uint64_t ran = 0;    ///< The scan in which it last ran.
    std::uint64_t did_io = 0; ///< The scan in which it last did I/O, 0 for never.
  };

  void list(const std::optional<std::uint64_t>& forks);
  bool sleeps_on(const entry& x) const;
  bool has_unexplained_time(const scan_request& request) const;
  bool read_entry(entry& x);
  bool refresh(entry& x);
  bool take_stat(entry& x, std::string_view text);
  void read_io(entry& x);
  void read_own_io(entry& x);
  void lose(entry& x);
  bool has_lost_child(const entry& x) const;
  void read_cgroup(entry& x);
  void read_wait(entry& x);
  std::string_view read(entry& x, kept_file& file, const char* name, bool keep);
  void give_back(kept_file& file);
  void give_back(entry& x);
  kept_file open(std::int64_t pid, const char* name) const;

  std::filesystem::path root_;
  kept_file proc_;
  std::size_t most_kept_;
  std::size_t kept_ = 0;
  bool exact_clock_ = false; ///< The kernel keeps schedstat.
  std::uint64_t scans_ = 0;
  std::chrono::nanoseconds tick_; ///< Of the clock in stat.
  std::chrono::nanoseconds at_{}; ///< Of this scan.
  // Since the last scan, as far as this one has come:
  std::chrono::nanoseconds burned_{};
  std::uint64_t born_ = 0, made_ = 0, ended_ = 0, skipped_ = 0;
  std::optional<std::uint64_t> forks_;
  std::vector<entry> entries_, next_;
  std::vector<std::int64_t> pids_;
  std::vector<std::int64_t> bereaved_; ///< Parents of those that ended since the last scan.
  std::vector<char> buffer_;
};

} // namespace pmactor
