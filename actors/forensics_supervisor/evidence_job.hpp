// The seam between the FORENSICS SUPERVISOR and the host: whatever may wait, for a disk, a process or a
// dead server, is a job on a thread of its own. A test puts jobs in its place that hang, fail or flood.
#pragma once

#include "actors/forensics_supervisor/decide_capture.hpp"
#include "actors/forensics_supervisor/describe_counters.hpp"
#include "actors/forensics_supervisor/finding.hpp"
#include "actors/forensics_supervisor/plan_artifacts.hpp"
#include "messages/forensics.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// What the jobs of one capture share.
struct capture_subject {
  event_record event;
  std::optional<counter_snapshot> before; ///< Taken before the event.
  event_id id() const {
    return event.event.id;
  }
};

struct job_order {
  enum class task : std::uint8_t {
    probe,     ///< Find out what cannot be captured here.
    recover,   ///< Find the folders that were left behind in the middle of a capture.
    measure,   ///< Find out whether there is room for a capture, and read what perishes.
    read,      ///< Read what perishes of *subject*, whose capture waits for another one to end.
    capture,   ///< Capture *artifact* into the open folder of the event.
    publish,   ///< Write metadata and summary, and give the folder its name.
    forget,    ///< Drop what was read of *subject*, whose capture is given up.
    make_room, ///< Remove the oldest folders, so that all together are within *quota*.
  };
  task what = task::probe;
  std::shared_ptr<const capture_subject> subject; ///< Of a capture.
  artifact_plan artifact;
  /// Of a capture, all that is read here and waits for nothing: the first job reads them all before
  /// anything else is done, as they are perishable and the disk may be what hangs.
  std::vector<std::string> perishable;
  capture_policy limits; ///< To measure and to read: what is read takes memory, too.
  capture_report report; ///< To publish.
  std::string metadata;  ///< To publish; empty if there is none to be written.
  std::uint64_t quota = 0;
  pinned_folders pinned;
  std::string keep; ///< The folder that make_room leaves alone.
};
std::string to_string(job_order::task x);

/// @returns how long a job may take, in lived time.
std::chrono::nanoseconds limit_of(const job_order& order);

/// What a job found. Each task fills in its part.
struct job_outcome {
  std::string problem; ///< Why it failed, as a sentence; empty if it did not.
  std::chrono::nanoseconds cpu{}; ///< Of its thread and of its tool.
  artifact_result artifact;
  std::vector<finding> found;
  std::vector<missing_artifact> missing;
  capture_room room;
  std::vector<capture_report> leftovers; ///< To be published as incomplete.
  capture_report published;
  std::size_t removed = 0;      ///< Folders.
  std::uint64_t kept_bytes = 0; ///< Of all that remain.
  bool within_quota = true;
};

/// A job under way. Its destructor lets go of it without waiting: its tool is killed at once, what it
/// still finds goes nowhere.
class evidence_job {
public:
  virtual ~evidence_job() = default;
  /// Asks it to end: its tool is ended, the outcome comes as soon as it has.
  virtual void stop() = 0;
};

/// Starts a job. *done* is called once, from any thread, perhaps before this returns.
/// @throws std::exception if there is no thread for it.
using start_evidence_job
  = std::function<std::unique_ptr<evidence_job>(job_order order, std::function<void(job_outcome)> done)>;

/// Reads the counters that are compared across a gap. Waits for nothing.
using snapshot_source = std::function<counter_snapshot()>;

} // namespace pmactor
