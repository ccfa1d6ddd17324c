// Reads the evidence that perishes, all of an event in a row, and keeps it until it is written: the
// disk that it is written to may be what hangs.
#pragma once

#include "actors/forensics_supervisor/collect_evidence.hpp"
#include "actors/forensics_supervisor/evidence_job.hpp"
#include "messages/sample.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace pmactor {

/// What was read of the system and is not written yet.
struct evidence_reading {
  clock_sample at; ///< When it was begun.
  collected_evidence found;
  std::string problem; ///< Why it could not be read; empty if it could.
};

/// Any thread may call. Keeps what it read of two events: of the one that is captured, and of the
/// one that waits for that to end. One that waits never takes the place of the one that is captured.
class evidence_reader {
public:
  /// @param questions the folder of the locks of what may not answer; empty: none are locked.
  explicit evidence_reader(std::string questions = {}) : questions_{std::move(questions)} {
  }

  /// Reads the order's perishable ones, if those of its event are not read yet. An order to read is of
  /// an event that waits; with any other the event is captured from then on.
  void read_ahead(const job_order& order, const std::function<bool()>& is_over);

  /// @returns the order's artifact: as it was read ahead, else as it is now.
  evidence_reading take(const job_order& order, const std::function<bool()>& is_over);

  /// Drops what no job took of this event. What is read of it later is kept until another one is
  /// in its place.
  void forget(event_id event);

private:
  struct event_readings {
    event_id event;
    std::map<std::string, evidence_reading> by_artifact;
  };
  static bool is_of(const std::optional<event_readings>& x, event_id event) {
    return x && x->event == event;
  }
  void read_all(const job_order& order, const std::function<bool()>& is_over);

  evidence_reading read_one(const std::string& name, const job_order& order,
                            const std::function<bool()>& is_over) const;

  const std::string questions_;
  std::timed_mutex mutex_;
  std::optional<event_readings> captured_, waiting_; ///< By event; without what a job took.
};

} // namespace pmactor
