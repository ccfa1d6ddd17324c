// What the self-test does to its daemon, as far as the host allows. Every change is taken back when its
// object goes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

namespace pmactor {

/// @returns the direct children of a process.
std::vector<pid_t> children_of(pid_t parent);

/// @returns whether the process is stopped by a signal (or gone).
bool is_stopped(pid_t pid);

/// Control groups of the self-test's own, one in each hierarchy where it may make one. Processes that are in
/// them when they are to go are moved out first.
class test_groups {
public:
  test_groups();
  ~test_groups();
  test_groups(const test_groups&) = delete;
  test_groups& operator=(const test_groups&) = delete;

  /// @returns the files by which a process enters them.
  const std::vector<std::string>& members() const {
    return members_;
  }

  bool can_freeze_v1() const;
  bool can_freeze_v2() const;
  /// Whether the kernel counts the time that a group of v2 was frozen for.
  bool counts_freezes_v2() const;
  bool can_limit_cpu() const;
  bool can_limit_memory() const;
  std::string why_not() const;

  void freeze_v1(bool frozen) const;
  void freeze_v2(bool frozen) const;
  /// Allows a thousandth of one CPU; false lifts the limit.
  void limit_cpu(bool limited) const;
  /// Allows less memory than is in use, without killing for it; false lifts the limit.
  void limit_memory(bool limited) const;

private:
  std::filesystem::path freezer_, unified_, cpu_, memory_;
  std::vector<std::string> members_; ///< The files to write a pid to.
};

/// Lets the calling thread run before all ordinary work, if that is allowed.
bool outrank_everyone();

} // namespace pmactor
