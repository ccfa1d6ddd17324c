// What the kernel announces of devices (uevents), for the KERNEL LOG: what a driver gives up on,
// and does not always log.
#pragma once

#include "messages/match_incident.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace pmactor {

/// @param message of the kernel's uevents: "change@/devices/…", then NAME=VALUE, with a NUL behind
/// each.
/// @returns what it reports, if that is an incident. Pure.
std::optional<incident_line> match_uevent(std::string_view message);

class device_reports {
public:
  device_reports() = default;
  device_reports(const device_reports&) = delete;
  device_reports& operator=(const device_reports&) = delete;
  virtual ~device_reports() = default;

  /// Never waits, and reads so many messages at most: what is beyond that waits or is dropped by
  /// the kernel. @returns incidents since the call before.
  virtual std::vector<incident_line> read() = 0;
};

} // namespace pmactor
