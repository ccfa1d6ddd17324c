// Reads the evidence that needs no tool: in this process, on the calling thread, which may have to wait.
#pragma once

#include "actors/forensics_supervisor/evidence_job.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// @returns the platform of this host.
capture_platform host_platform();

struct collected_evidence {
  std::string text;           ///< Of the file; empty if it is skipped.
  std::vector<finding> found;
  std::string skipped;        ///< Why there is nothing to collect; empty if there is.
  std::string remark;         ///< What it lacks; empty if it lacks nothing.
};

/// @param name of an artifact of this platform that needs no tool.
/// @param questions the folder of the locks of what may not answer; empty: none are locked.
/// @param is_over asked now and then; true ends it early.
/// @throws std::runtime_error with a sentence.
collected_evidence collect_evidence(const std::string& name, const capture_subject& subject,
                                    const std::string& questions, const std::function<bool()>& is_over);

/// @returns what of the plan cannot be captured here, and why not.
std::vector<missing_artifact> find_missing(const std::vector<artifact_plan>& plan);

/// @returns the counters that are compared across a gap. Waits for nothing.
counter_snapshot read_counter_snapshot();

/// @returns the bytes of memory that programs may still take; nullopt if the system does not report it.
std::optional<std::uint64_t> available_memory();

} // namespace pmactor
