// Reads how fast the CPUs run, and what may limit them, from /proc and /sys.
#pragma once

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_machine_stat.hpp"
#include "actors/speed_watch/speed_look.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace pmactor {

class host_speed_reader : public speed_reader {
public:
  /// @param root the root of the file system, `/` but in tests.
  explicit host_speed_reader(std::filesystem::path root);

  speed_look read() override;
  limiter_signs read_signs() override;

private:
  void read_frequency(cpu_speed& x);
  void read_policy(const std::filesystem::path& policy, limiter_signs& to);
  void read_heat(limiter_signs& to);
  void read_power(limiter_signs& to);

  std::filesystem::path root_;
  kept_file stat_;
  std::string room_;
  std::map<std::uint32_t, cpu_ticks> before_;           ///< By CPU.
  std::map<std::uint32_t, std::optional<double>> most_; ///< Megahertz, by CPU.
};

} // namespace pmactor
