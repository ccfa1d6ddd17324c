// The evidence of an event: what was captured, where it lies, and what it cost.
//
// An event's folder is `events/<name>/` in the data folder. Its name is the time in UTC at which the
// event began and its kind, `2026-01-20T09-10-13Z-pause`; what clashes with another folder has `.2` behind
// it.
// It is written under a hidden name and renamed when all is in it, so a reader sees all of it or nothing.
// The folder is 0700, its files are 0600, and it holds no folders. All text in it is UTF-8 without
// control characters but line break and tab; foreign names are escaped as JSON has it. There are:
//
//   metadata.json   the event as it was known when the capture ended:
//     {"version":1,
//      "event":{"id":"1768900213250000000","kind":"pause","started":1768900213.25,"ended":…,"duration":3.2,
//               "uncertainty":0.05,"asleep":0,"cause":"io","confidence":"high","scope":"system",
//               "ledger":{"io":3.1,…},"evidence":[{"line":"io","says":"…"},{"says":"…"}],
//               "culprits":[{"pid":1,"start_time":9.5,"name":"…","reason":"…"}],
//               "stress":{"total":62,"load":40,…} or null},
//      "window":{"since":…,"until":…},
//      "host":{"name":"…","system":"Linux","release":"6.18.1","machine":"x86_64","boot_id":"…"},
//      "pmactor":"0.1.0"}
//     The id is a text, as it exceeds the integers that every reader of JSON represents exactly; `pmactor
//     events show` takes it as it takes the short number. Times are Unix seconds, lengths seconds; members
//     that are absent are null.
//   summary.json    what was captured, the same JSON as the column `capture` of the table `events`:
//     see to_json(capture_report).
//   one file per artifact whose `file` in the summary is not empty. On Linux: stacks.txt,
//     processes.json, pressure.json, counters.json, kernel_log.txt, mounts.json, remote_mounts.json,
//     command_lines.json, journal.txt. On macOS: tailspin.tailspin, spindump.txt, log.ndjson,
//     processes.txt, thermal.txt, assertions.txt, power_log.txt.
#pragma once

#include "messages/pause.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// The question for the folders that are to be kept for ever.
struct ask_pinned {
  friend bool operator==(const ask_pinned&, const ask_pinned&) = default;
};

/// The folders of events that the user has pinned.
struct pinned_folders {
  bool known = false; ///< Whether the history could be read; if not, no folder may be deleted.
  std::vector<std::string> folders; ///< As capture_report::folder has them.
  friend bool operator==(const pinned_folders&, const pinned_folders&) = default;
};

enum class artifact_status : std::uint8_t {
  ok,
  failed,    ///< It was tried; *says* has the last words.
  timed_out, ///< It took too long and was ended.
  skipped,   ///< It was not tried; *says* why: a missing tool or right, or switched off.
};

/// What became of one artifact.
struct artifact_result {
  std::string name;                ///< E.g. "processes".
  std::string file;                ///< Its file in the folder; empty if there is none.
  artifact_status status = artifact_status::ok;
  std::uint64_t bytes = 0;         ///< Of the file.
  std::chrono::nanoseconds began{}; ///< Since the event was noticed: for a pause, since waking.
  std::chrono::nanoseconds took{};
  std::string says;                ///< Why, or the last words of a tool; harmless, 200 bytes at most.
  std::chrono::nanoseconds at{};   ///< When it was begun, on the wall clock; 0 if it was not.
  friend bool operator==(const artifact_result&, const artifact_result&) = default;
};

/// What a capture cost the machine.
struct capture_bill {
  std::chrono::nanoseconds cpu{};  ///< Of its threads and of the tools that ended by themselves or on request.
  std::chrono::nanoseconds took{}; ///< From its start until its folder was complete.
  std::uint64_t bytes = 0;         ///< Of all files.
  friend bool operator==(const capture_bill&, const capture_bill&) = default;
};

enum class capture_status : std::uint8_t {
  complete,   ///< All artifacts were tried; each has its own result.
  incomplete, ///< The daemon or the capture ended in the middle of it; *why*.
  skipped,    ///< There is no folder; *why*.
};

/// The end of a capture, sent once for each event that was due one.
struct capture_report {
  event_id event;
  std::string folder; ///< Below the data folder: "events/2026-01-20T09-10-13Z-pause"; or empty.
  capture_status status = capture_status::complete;
  std::string why; ///< A sentence; empty if complete.
  std::vector<artifact_result> artifacts; ///< In the order in which they were begun.
  std::vector<std::string> findings; ///< The most telling, in words, for people; 12 at most, of
                                     ///< 300 bytes at most; harmless.
  capture_bill bill;
  friend bool operator==(const capture_report&, const capture_report&) = default;
};

std::string to_string(artifact_status x); ///< As stored: "timed_out".
std::string to_string(capture_status x);
std::string to_string(const ask_pinned& x);
std::string to_string(const pinned_folders& x);
std::string to_string(const artifact_result& x);
std::string to_string(const capture_bill& x);
std::string to_string(const capture_report& x);

/// @returns {"version":1,"status":"complete","why":"","findings":["…"],
/// "artifacts":[{"name":"processes","file":"processes.json","status":"ok","bytes":1,"began":0.004,
/// "took":0.31,"at":1768900213.3,"says":""}],"bill":{"cpu":0.05,"took":1.2,"bytes":123456}}; lengths are
/// seconds, *at* is in Unix seconds, or null where it was not tried.
std::string to_json(const capture_report& x);

} // namespace pmactor
