// Streams in powermetrics' format, written by the tests themselves, and the recordings of real ones where
// they lie beside the checkout.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

inline std::string plist_entry(std::string_view key, std::string_view type, std::string_view value) {
  std::string result;
  result.append("<key>").append(key).append("</key><").append(type).append(">");
  return result.append(value).append("</").append(type).append(">\n");
}
inline std::string plist_integer(std::string_view key, std::int64_t value) {
  return plist_entry(key, "integer", std::to_string(value));
}
inline std::string plist_real(std::string_view key, std::string_view value) {
  return plist_entry(key, "real", value);
}
inline std::string plist_string(std::string_view key, std::string_view value) {
  return plist_entry(key, "string", value);
}
inline std::string plist_dict(std::string_view entries) {
  return "<dict>\n" + std::string{entries} + "</dict>\n";
}
inline std::string plist_dict(std::string_view key, std::string_view entries) {
  return "<key>" + std::string{key} + "</key>\n" + plist_dict(entries);
}
inline std::string plist_array(std::string_view key, std::string_view items) {
  return "<key>" + std::string{key} + "</key>\n<array>\n" + std::string{items} + "</array>\n";
}

/// A document that holds these entries and nothing else.
inline std::string bare_document(std::string_view entries) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
         "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n"
         + plist_dict(entries) + "</plist>\n";
}

/// A document of a window of one second, with these entries.
inline std::string second_document(std::string_view entries = {}) {
  return bare_document("<key>is_delta</key><true/>\n" + plist_integer("elapsed_ns", 1'000'000'000)
                       + plist_entry("timestamp", "date", "2026-01-22T21:07:07Z")
                       + std::string{entries});
}

/// A task as powermetrics lists it, with what follows.
inline std::string plist_task(std::int64_t pid, std::string_view name, std::string_view ms_per_s,
                              std::string_view more = {}) {
  return plist_dict(plist_integer("pid", pid) + plist_string("name", name)
                    + plist_real("cputime_ms_per_s", ms_per_s) + std::string{more});
}

/// @returns the recording, or nothing where it is not there.
inline std::optional<std::string> read_recording(const std::string& name) {
  std::ifstream file{std::filesystem::path{PMACTOR_RECORDINGS} / name, std::ios::binary};
  if (!file)
    return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

inline constexpr const char* intel_recording = "catapult_2014_mbp10-1_osx10.9.1_stream.plists";
inline constexpr const char* m1_pro_recording = "gmt_m1pro_macos14.7_coalitions.plists";
inline constexpr const char* m4_gpu_recording = "matiasinsaurralde_gpu_power_multiple_samples.xml";
inline constexpr const char* m1_recording = "pumas_powermetrics-output-m1.xml";
inline constexpr const char* m4_max_recording = "roguehunter_mac16-5_macos26.2.plist";

} // namespace pmactor

/// Runs what follows with `stream` set to the recording, or says that it is skipped.
#define PMACTOR_WITH_RECORDING(name)                                                               \
  if (const auto stream = pmactor::read_recording(name); !stream)                                  \
    CAF_MESSAGE("skipped: " << (name) << " is not in " PMACTOR_RECORDINGS);                        \
  else
