// Reads the whole machine's counters: CPUs, disks, networks, and heat, frequency and GPU where the
// machine has sensors for them.
#pragma once

#include "actors/host/device_reader.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "app/sampler/compute_window.hpp"
#include "app/sampler/cpu_thermometer_linux.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

class machine_reader {
public:
  /// @param root the root of the file system, `/` but in tests.
  explicit machine_reader(std::filesystem::path root);

  /// Fills *result*, whose memory is used again.
  void read(machine_reading& result);

  /// What does not change; asked once.
  host_facts read_facts() const;

private:
  struct frequency_source {
    std::vector<std::uint32_t> cpus; ///< They share it.
    kept_file khz;
  };
  struct throttle_source {
    kept_file count, total_ms;
  };
  struct gpu_source {
    kept_file busy, power; ///< *power*: whether it is awake.
  };

  void discover();
  void discover_throttles(const std::filesystem::path& cpu, std::vector<std::string>& done);
  std::optional<std::uint64_t> number(const kept_file& file);

  std::filesystem::path root_;
  kept_file stat_;
  device_reader devices_;
  std::vector<std::uint32_t> capacities_; ///< By CPU number.
  std::vector<frequency_source> frequencies_;
  std::vector<throttle_source> throttles_;
  cpu_thermometer thermometer_;
  std::vector<gpu_source> gpus_;
  std::uint64_t until_discovery_ = 0; ///< Readings.
  bool failed_ = false;               ///< A source has gone since the last discovery.
  std::string buffer_;
};

} // namespace pmactor
