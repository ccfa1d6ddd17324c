// A small file system of the self-test's own and a program that writes to it: while it is frozen that program waits,
// and all else goes on. All of it is gone when its object goes.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace pmactor {

class frozen_disk {
public:
  /// Takes some tens of milliseconds. Never throws: where there is none, why_not() says why.
  /// @param folder of the self-test's own: its image and its mount point come to lie in it.
  explicit frozen_disk(const std::filesystem::path& folder);
  ~frozen_disk();
  frozen_disk(const frozen_disk&) = delete;
  frozen_disk& operator=(const frozen_disk&) = delete;

  /// @returns half a sentence; empty if there is one.
  const std::string& why_not() const {
    return why_not_;
  }

  /// From now on all that write to it wait; false lets them go on. @pre There is one.
  void freeze(bool frozen);

private:
  struct parts;

  std::string why_not_;
  std::unique_ptr<parts> parts_; ///< Null if there is none.
};

} // namespace pmactor
