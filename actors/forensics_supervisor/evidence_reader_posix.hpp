// Reads the evidence that perishes, all of an event in a row, and keeps it until it is written: the
// disk that it is written to may be what hangs.
#pragma once

#include "actors/forensics_supervisor/collect_evidence.hpp"
#include "actors/forensics_supervisor/evidence_job.hpp"
#include "messages/sample.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
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
/// one that waits for that to end. One that waits never takes the place of the one that is
/// captured. Both may be read at once, and a reading that never returns holds up no other event.
class evidence_reader {
public:
  /// @param questions the folder of the locks of what may not answer; empty: none are locked.
  explicit evidence_reader(std::string questions = {}) : questions_{std::move(questions)} {
  }

  /// Reads the order's perishable ones, if those of its event are not read yet; while another
  /// thread reads them, waits for it, a second at most. An order to read is of an event that waits;
  /// with any other the event is captured from then on.
  void read_ahead(const job_order& order, const std::function<bool()>& is_over);

  /// @returns the order's artifact: as it was read ahead, else as it is now. While another thread
  /// reads those of its event, waits for it, a second at most.
  evidence_reading take(const job_order& order, const std::function<bool()>& is_over);

  /// Drops what no job took of this event, and what is being read of it as soon as it is. A reading
  /// that begins later is kept until another one is in its place.
  void forget(event_id event);

private:
  struct event_readings {
    explicit event_readings(event_id its_event) : event{its_event} {
    }

    const event_id event;
    bool is_being_read = true, read_any = false;
    std::map<std::string, evidence_reading> by_artifact; ///< Without what a job took.
  };
  /// Shared with the thread that reads them: what it reads after they were dropped goes with it.
  using shared_readings = std::shared_ptr<event_readings>;

  static bool is_of(const shared_readings& x, event_id event) {
    return x && x->event == event;
  }
  /// @returns those of the order's event, whether this call read them, another did or still does;
  /// nullptr if there are none and the order's job is over.
  shared_readings read_all(const job_order& order, const std::function<bool()>& is_over);
  void end_reading(const shared_readings& x);

  evidence_reading read_one(const std::string& name, const job_order& order,
                            const std::function<bool()>& is_over) const;

  const std::string questions_;
  std::mutex mutex_;                   ///< Guards all below, never while anything is read.
  std::condition_variable news_;       ///< An artifact was read, or a reading has ended.
  shared_readings captured_, waiting_; ///< By event; null: of none.
};

} // namespace pmactor
