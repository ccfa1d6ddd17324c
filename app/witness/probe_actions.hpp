// What the probes of the witness do, each on a thread of its own, and what they need to know of the host. An
// action returns false where it cannot be done here: its probe then ends.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// Touches pages of its own, which may have been evicted, and fresh ones.
std::function<bool()> touch_memory();

/// Starts a program that does nothing, and waits for its end.
std::function<bool()> start_program();

/// Reads one block of the device, past all caches, at a place that changes. Needs the right to read it.
std::function<bool()> read_disk(std::string_view name);

/// Asks the file system at this place for its size.
std::function<bool()> ask_mount(std::string where);

/// @returns the devices that it is built on, e.g. "sda" for a "dm-0".
std::vector<std::string> slaves_of(std::string_view name);

/// @returns how many requests wait in this FUSE connection; absent if the kernel does not say or we may not see.
std::optional<std::uint64_t> fuse_requests(std::uint64_t device);

} // namespace pmactor
