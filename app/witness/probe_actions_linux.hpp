// What only a probe on Linux does, and what it needs to know of the host for that.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// Reads one block of the device, past all caches, at a place that changes. Needs the right to read it.
/// An earlier question that is still open counts as its own, as with ask_mount().
std::function<bool()> read_disk(std::string_view name, std::string questions);

/// @returns how many requests wait in this FUSE connection; absent if the kernel does not say or we may not see.
std::optional<std::uint64_t> fuse_requests(std::uint64_t device);

} // namespace pmactor
