// Reads what the kernel counts of suspends, from /sys.
#pragma once

#include "actors/host/kept_file_linux.hpp"
#include "actors/kernel_log/suspend_counts.hpp"

#include <filesystem>

namespace pmactor {

class host_suspend_reader : public suspend_reader {
public:
  /// @param root the root of the file system, `/` but in tests.
  explicit host_suspend_reader(std::filesystem::path root);

  suspend_counts count() override;
  suspend_counts read() override;

private:
  std::filesystem::path root_;
  kept_file success_, fail_;
};

} // namespace pmactor
