// Decides what is captured of an event, in which order, with which tools and for how long. Pure; the
// tables of both platforms are here, so that either is tested on both.
#pragma once

#include "messages/forensics.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace pmactor {

enum class capture_platform : std::uint8_t { on_linux, on_macos };

/// Of `[forensics]` in the settings: which artifacts, and for how long.
struct artifact_policy {
  std::vector<std::string> skip;     ///< Names of those that are not captured.
  std::vector<std::string> timeouts; ///< "journal=20": seconds, in place of the artifact's own.
  std::uint32_t at_once = 2;         ///< So many are captured side by side.
  friend bool operator==(const artifact_policy&, const artifact_policy&) = default;
};

/// One artifact, as it is to be captured.
struct artifact_plan {
  std::string name;
  std::string file;
  std::vector<std::string> command; ///< The tool's; empty if it is read here, without a process.
  bool writes_file = false;         ///< The tool writes the file itself: its name is the word FILE.
  bool is_text = true;              ///< And is made harmless on its way into the file.
  bool needs_root = false;
  bool may_wait = false; ///< For what hangs, though it is read here.
  std::chrono::nanoseconds timeout = std::chrono::seconds{5}; ///< Of lived time.
  std::uint64_t most_bytes = 8u << 20; ///< What is beyond is cut off.
  friend bool operator==(const artifact_plan&, const artifact_plan&) = default;
};
std::string to_string(const artifact_plan& x);

/// The stretch of time, on the wall clock, of which logs are captured.
struct capture_window {
  std::chrono::nanoseconds since{}, until{};
  friend bool operator==(const capture_window&, const capture_window&) = default;
};
capture_window window_of(const pause_event& event);

/// @returns all artifacts of the platform, the most perishable first.
std::vector<artifact_plan> plan_artifacts(capture_platform platform, const pause_event& event,
                                          const artifact_policy& policy);

/// Something that cannot be captured here, and why not.
struct missing_artifact {
  std::string name;
  std::string why; ///< E.g. "journalctl is not installed".
  friend bool operator==(const missing_artifact&, const missing_artifact&) = default;
};

/// @returns whether the settings switch the artifact off.
bool is_switched_off(const std::string& name, const artifact_policy& policy);

/// @returns what is wrong with the two lists, as the end of a sentence that begins with the key; empty
/// if nothing is. A name of either platform is right on both.
std::string check_skip(const artifact_policy& policy, capture_platform platform);
std::string check_timeouts(const artifact_policy& policy, capture_platform platform);

/// @returns how to say it on the health page, e.g. "8 of 9 artifacts can be captured; not journal
/// (journalctl is not installed)".
std::string describe_means(std::size_t artifacts, const std::vector<missing_artifact>& missing);

} // namespace pmactor
