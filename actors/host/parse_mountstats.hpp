// Reads /proc/PID/mountstats. Pure; the text is foreign bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pmactor {

/// @param where the mount point, decoded.
/// @returns how many requests this NFS mount's connections have sent to the server so far, including those of
/// other mounts that share them; absent if the text does not say.
std::optional<std::uint64_t> nfs_requests_sent(std::string_view text, std::string_view where);

} // namespace pmactor
