// Reads the events of a history. It never waits for the writer.
#pragma once

#include "actors/storage_writer/decide_storage_failure.hpp"
#include "actors/storage_writer/lay_out_row.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// A row of `events`. Texts are as foreign as the file: cut at 64 KiB, to be escaped; JSON may be none.
struct event_row {
  std::int64_t id = 0; ///< The short number by which people call it.
  std::optional<std::int64_t> event_id; ///< What it was named at its birth; absent of old ones.
  std::optional<std::int64_t> part_of; ///< Of a pause within a stall: what that one was named at its birth.
  std::string kind, cause, confidence, scope, ledger, evidence, culprits, event_dir, status, notes;
  std::string capture; ///< As to_json(capture_report) has it; empty if none was due.
  std::string stall;   ///< As to_json(stall_facts) has it; empty of what is no stall.
  std::string facts;   ///< A JSON object of what is particular to its kind; empty if there is nothing.
  std::string blame;   ///< As to_json(blame_facts) has it; empty if it is not known who did it.
  std::optional<double> started, ended; ///< Unix seconds.
  std::optional<double> duration, uncertainty, expected, latency_ratio, asleep; ///< Seconds.
  std::optional<double> stress_total, stress_load, stress_memory, stress_thermal, stress_latency,
    stress_io;
};

/// The pauses that are part of a stall, taken together. Seconds.
struct event_parts {
  std::size_t count = 0;
  double total = 0, longest = 0;
  friend bool operator==(const event_parts&, const event_parts&) = default;
};

/// Which events.
struct event_range {
  std::optional<double> since, until;  ///< Unix seconds of the start; the end is left out.
  std::optional<double> ends_after;    ///< Unix seconds: only what ended later, or whose end is not known yet.
  std::vector<std::string> kinds, causes; ///< One of these; empty is any.
  std::vector<std::string> outage_causes; ///< Beside the kinds also an outage of one of these causes.
  std::optional<double> least_duration; ///< Seconds.
  bool parts = true;                   ///< Also those that are part of a stall that is there.
  std::size_t limit = 0;               ///< 0 is all.
};

/// Every call throws storage_problem.
class event_reader {
public:
  /// @throws storage_problem if there is none, or it is no history of this version or an earlier one.
  explicit event_reader(const std::filesystem::path& file);
  ~event_reader();

  /// Calls *row* with each event in the range until it returns false, the newest first: the one that
  /// was stored last, whatever the wall clock said then.
  void events(const event_range& range, const std::function<bool(const event_row&)>& row);
  /// @returns how many there are in the range, whatever its limit.
  std::size_t count(const event_range& range);
  /// @returns the events with a greater number than this, by ascending number, as many at most.
  std::vector<event_row> after(std::int64_t id, std::size_t most);
  /// @param id the short number, or else what it was named at its birth.
  std::optional<event_row> find(std::int64_t id);
  /// @returns the stall of which a pause is part, if it is (still) there.
  std::optional<event_row> stall_of(const event_row& part);
  /// @returns what the pauses within this stall add up to.
  event_parts parts_of(const event_row& stall);
  /// @returns the seconds before the event, oldest first, 1000 at most, with their lead_up_columns.
  std::vector<sample_row> lead_up(std::int64_t id);

private:
  struct connection;
  std::unique_ptr<connection> connection_;
};

} // namespace pmactor
