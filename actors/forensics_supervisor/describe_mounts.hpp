// Decides what is mounted, for how long each file system is asked for its size, and whether it is full. Pure.
#pragma once

#include "actors/forensics_supervisor/finding.hpp"
#include "actors/host/ask_size.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

struct captured_mount {
  std::string source, target, type;
  std::optional<std::uint64_t> size, free,
    available; ///< Bytes; absent if it was not asked or did not answer.
  std::optional<std::uint64_t> files, files_free;
  std::string problem;
  bool is_read_only = false; ///< The file system itself, not only this mount of it.
  std::string device;        ///< "0:55": the same for all mounts of a file system.
};
/// @returns the mounts of /proc/self/mountinfo, 256 at most, without those of the kernel's own.
std::vector<captured_mount> parse_mounts(std::string_view text);
/// @returns whether asking it may wait for a server or another program: for its own, or on the way to where it is.
bool is_remote(const captured_mount& x, const std::vector<captured_mount>& all);
/// Takes over what a file system said of itself, or why it did not.
void take_size(captured_mount& x, const size_answer& said);
/// Marks one that was not asked, as there was no time left.
void leave_out(captured_mount& x);
/// Asks each file system once, however often it is mounted: each for a while at most, and for no longer than leaves as
/// much for each of the others. One that was not asked says so.
/// @param ask asks one, for as long as it is given at most. @param time_left for all of them; nothing if it is over.
void ask_sizes(std::vector<captured_mount>& all,
               const std::function<size_answer(const captured_mount&, std::chrono::nanoseconds patience)>& ask,
               const std::function<std::chrono::nanoseconds()>& time_left);
std::string mounts_json(const std::vector<captured_mount>& all);
/// @returns those that are full and were meant to be written to: an image that is mounted read-only
/// has not a block free by design.
std::vector<finding> find_in_mounts(const std::vector<captured_mount>& all);

} // namespace pmactor
