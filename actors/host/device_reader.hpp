// Reads what the machine's disks and network interfaces have moved, each byte once. Which devices
// count is asked anew only when others are there than before, so that a reading costs two system
// calls.
#pragma once

#include "actors/host/device_counters.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace pmactor {

/// Used by one thread at a time. Keeps what it opened.
class device_reader {
public:
  /// @param root the root of the file system, `/` but in tests. Of no use to macOS.
  explicit device_reader(const std::filesystem::path& root = "/");
  ~device_reader();
  device_reader(const device_reader&) = delete;
  device_reader& operator=(const device_reader&) = delete;

  /// Fills both, whose memory is used again: the devices that count, in the kernel's order. Absent
  /// is what cannot be read, and what no device is there to count for.
  void read(std::optional<std::vector<device_counters>>& disks,
            std::optional<std::vector<device_counters>>& networks);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace pmactor
