// The host's jobs: each on a detached thread that lets all others go first. A job that hangs in the kernel
// is left to itself; two of a kind that hang, and no third one is begun.
#pragma once

#include "actors/forensics_supervisor/evidence_job.hpp"
#include "actors/forensics_supervisor/summarize_capture.hpp"

#include <filesystem>
#include <string>

namespace pmactor {

/// @param data the data folder, in which the evidence is kept.
/// @param questions the folder of the locks of what may not answer; empty: none are locked.
start_evidence_job host_evidence_jobs(const std::filesystem::path& data, const std::string& questions = {});

/// @returns the facts of this host for each event's metadata.
capture_facts own_facts(const std::string& version);

} // namespace pmactor
