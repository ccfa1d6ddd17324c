// A folder of its own for a test, gone when the test ends.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace pmactor {

struct temporary_folder {
  std::filesystem::path path;

  temporary_folder() : temporary_folder{std::filesystem::temp_directory_path()} {
  }
  explicit temporary_folder(const std::filesystem::path& within) {
    auto pattern = (within / "pmactor-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error("cannot make a folder like " + pattern);
    path = pattern;
  }
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
};

} // namespace pmactor
