// Has one question at a time open to a disk or file system that may never answer. A thread that waits for such an
// answer cannot be ended, not even by force, and keeps its process from ending. It also keeps the descriptors of the
// process, and so this lock: the next one that asks, perhaps of a daemon that was started meanwhile, finds it held
// and waits for the lock instead, in a sleep that a signal ends.
#pragma once

#include "actors/host/owned_descriptor.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace pmactor {

class question_lock {
public:
  /// Locks nothing: the question is asked whatever was asked before.
  question_lock() = default;

  /// @param folder a private one in memory: what asks one disk must not wait for another. Where it cannot be used,
  /// nothing is locked. @param thing that is asked, by the kernel's name: "mount 0:55", "disk sda".
  question_lock(const std::string& folder, std::string_view thing);

  /// The one of descriptor() in a child process, which may call all but the constructor above right after its fork.
  explicit question_lock(owned_descriptor file) : file_{std::move(file)} {
  }

  /// @returns false while another question is open.
  bool try_take();

  /// Waits until no other question is open.
  void take();

  /// The answer is here: also for processes that got the descriptor by a fork. The end of the last of those that have
  /// it gives it back as well.
  void give_back();

  /// For a child process, which then holds it as well; negative if nothing is locked.
  int descriptor() const {
    return file_.get();
  }

private:
  owned_descriptor file_;
};

/// @returns the name of the file of such a lock, whatever the thing is called.
std::string question_file(std::string_view thing);

} // namespace pmactor
