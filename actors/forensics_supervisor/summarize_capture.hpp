// Decides what a capture says of itself: its most important findings, and the two files that describe the
// event and the capture. Pure.
#pragma once

#include "actors/forensics_supervisor/finding.hpp"
#include "actors/forensics_supervisor/plan_artifacts.hpp"
#include "messages/forensics.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// On which host and by which version it is captured.
struct capture_facts {
  std::string host, system, release, machine, boot_id;
  std::string version; ///< Of pmactor.
};

/// @returns the most important first, 12 at most: suspects, what artifacts found, what could not
/// be captured.
std::vector<std::string> summarize_capture(const event_record& event, std::vector<finding> found,
                                           const std::vector<artifact_result>& artifacts);

/// @returns for each artifact of the plan why it is not even tried, as it is switched off or cannot be had
/// here; absent if it is.
std::vector<std::optional<artifact_result>> results_without_job(const std::vector<artifact_plan>& plan,
                                                                const std::vector<missing_artifact>& missing,
                                                                const artifact_policy& policy);

/// @returns the result of an artifact that is not even tried.
artifact_result skipped_artifact(const std::string& name, std::string_view why);

/// @returns the results, which are all there: as they were begun, and then those that were not.
std::vector<artifact_result> in_order(const std::vector<std::optional<artifact_result>>& results,
                                      const std::vector<std::size_t>& begun);

/// @returns e.g. "events/2026-01-20T09-10-13Z-pause (8 of 9 artifacts, 1.2 MB, 50 ms of CPU, complete after
/// 1.20 s)".
std::string describe_capture(const capture_report& report);

/// @returns the text of metadata.json.
std::string metadata_json(const event_record& event, const capture_facts& facts);

/// @returns the report of a folder that was left behind in the middle of a capture.
/// @param files names and sizes in it; those that were being written end in ".part".
capture_report report_leftover(event_id event,
                               const std::vector<std::pair<std::string, std::uint64_t>>& files);

/// @returns the text without control characters, cut to this many bytes at a whole character: the last
/// ones, as that is where a tool says what is wrong.
std::string last_words(std::string_view text, std::size_t most = 200);

} // namespace pmactor
