// Reads the history beside its writer: for `history` and `status`, and for what the daemon remembers at
// its start. It never writes, never waits for the writer, and holds one row at a time.
#pragma once

#include "actors/storage_writer/decide_storage_failure.hpp"
#include "actors/storage_writer/lay_out_row.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

enum class sample_order : std::uint8_t {
  stored, ///< As they were stored: the newest is the last one, whatever the wall clock said then.
  time,   ///< By the wall clock, to find what is nearest to a moment.
};

/// Which rows of `samples`, and in which order.
/// What is read of the seconds that were kept because an event followed, where no sample of that second was stored. Their
/// id is 0.
enum class lead_ups : std::uint8_t { left_out, beside_samples, alone };

struct sample_range {
  lead_ups kept = lead_ups::left_out; ///< If not left out, the order must be by time.
  std::optional<double> since; ///< Unix seconds, included.
  std::optional<double> until; ///< Unix seconds, left out.
  std::optional<double> stress_above;
  sample_order order = sample_order::stored;
  bool newest_first = true;
  std::size_t limit = 0; ///< 0 is all.
};

/// What `status` says of an event.
struct event_brief {
  std::string kind; ///< "pause", "sleep" or "critical".
  double started = 0; ///< Unix seconds.
  std::optional<double> duration; ///< Seconds.
  std::string cause; ///< Empty if none was found.
  std::optional<double> ended = {}; ///< Unix seconds.
  std::string scope = {}; ///< As stored: what it held up.

  /// @returns when it was over, from which its age counts; as far as that is known.
  double over() const {
    return ended.value_or(started + duration.value_or(0));
  }
};

/// @throws storage_problem if there is none, or what is there is no regular file: opening a FIFO or a
/// device may wait for ever.
void require_history_file(const std::filesystem::path& file);

/// A read-only view of a history. What it holds is as foreign as any file: numbers that are none are
/// absent, texts are cut at 4 KiB and are to be escaped. Every call throws storage_problem.
class history_reader {
public:
  /// @throws storage_problem if there is none, or it is no history of this version or an earlier one.
  explicit history_reader(const std::filesystem::path& file);
  ~history_reader();

  /// Calls *row* with each sample in the range until it returns false.
  /// @returns how many it was called with.
  std::size_t samples(const sample_range& range, const std::function<bool(const sample_row&)>& row);

  /// Calls *time* with when each sample was taken that lies from *from* on and before *until* (Unix seconds), in that
  /// order, and with the nearest four before and after them, where there are any. Not with the seconds kept
  /// before an event: what held up one of them may be lost with a database that was set aside.
  void times(double from, double until, const std::function<void(double)>& time);

  /// @returns how many samples lie in the range, whatever its limit.
  std::size_t count(const sample_range& range);

  std::optional<sample_row> newest();

  /// @returns the processes of this sample as they were ranked, 256 at most.
  std::vector<process_sample> processes(std::int64_t sample_id);

  /// @returns the newest pause, if there was any.
  std::optional<event_brief> newest_pause();

  /// @returns the stress of the last sample before each of the newest pauses, 10000 at most; of those
  /// that have one, and are no part of a stall: then the trouble had begun.
  std::vector<double> stress_before_pauses();

  /// @returns how many events there are; with *before*, how many that began before it (Unix seconds)
  /// and are not pinned.
  std::size_t count_events(std::optional<double> before = {});

  /// @returns what the daemon kept under this key.
  std::optional<std::string> recall(const std::string& key);

private:
  struct connection;
  std::unique_ptr<connection> connection_;
};

} // namespace pmactor
