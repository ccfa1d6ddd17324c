// Decides what a capture says of itself: its most telling findings, and the two files that tell of the
// event and of the capture. Pure.
#pragma once

#include "actors/forensics_supervisor/finding.hpp"
#include "actors/forensics_supervisor/plan_artifacts.hpp"
#include "messages/forensics.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// Where and by whom it is captured.
struct capture_facts {
  std::string host, system, release, machine, boot_id;
  std::string version; ///< Of pmactor.
};

/// @returns the most telling first, 12 at most: who is suspected, what artifacts found, what could not
/// be captured.
std::vector<std::string> summarize_capture(const event_record& event, std::vector<finding> found,
                                           const std::vector<artifact_result>& artifacts);

/// @returns the text of metadata.json.
std::string metadata_json(const event_record& event, std::optional<std::int64_t> id,
                          const capture_facts& facts);

/// @returns what is told of a folder that was left behind in the middle of a capture.
/// @param files names and sizes in it; those that were being written end in ".part".
capture_report report_leftover(const event_key& event,
                               const std::vector<std::pair<std::string, std::uint64_t>>& files);

/// @returns the text without control characters, cut to this many bytes at a whole character: the last
/// ones, as that is where a tool says what is wrong.
std::string last_words(std::string_view text, std::size_t most = 200);

} // namespace pmactor
