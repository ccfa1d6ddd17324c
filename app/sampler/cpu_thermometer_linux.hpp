// Reads how hot the CPU is, from the best sensor that can be read and says what can be.
#pragma once

#include "actors/host/kept_file_linux.hpp"

#include <filesystem>
#include <optional>
#include <vector>

namespace pmactor {

class cpu_thermometer {
public:
  cpu_thermometer() = default;
  /// Looks for sensors. @param root the root of the file system, `/` but in tests.
  explicit cpu_thermometer(const std::filesystem::path& root);

  /// @returns °C of the hottest sensor of the best rank that has a plausible one: of two packages,
  /// say.
  std::optional<double> read();

  /// Whether a sensor that could be read no longer can: its driver may have made its files anew.
  bool has_lost_one() const {
    return lost_;
  }

private:
  struct sensor {
    int rank = 0;
    kept_file file;
    bool was_read = false;
  };

  std::vector<sensor> sensors_; ///< Best first.
  bool lost_ = false;
};

} // namespace pmactor
