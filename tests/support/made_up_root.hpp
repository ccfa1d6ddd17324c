// A root folder of a machine that is made up, for readers of /proc and /sys.
#pragma once

#include "support/temporary_folder.hpp"

#include <fstream>

namespace pmactor {

struct made_up_root : temporary_folder {
  std::filesystem::path root = path;

  /// Writes a file with the folders that it needs.
  /// @param file below the root.
  void write(const std::filesystem::path& file, const std::string& text) const {
    std::filesystem::create_directories((root / file).parent_path());
    std::ofstream{root / file} << text;
  }
};

} // namespace pmactor
