// What a beat's thread asks of its host beside the counters: to be woken in time, and to be left alone.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// A flag that one thread waits for until a deadline. Raising it never blocks and allocates nothing.
class wake_flag {
public:
  wake_flag();
  ~wake_flag();
  wake_flag(const wake_flag&) = delete;
  wake_flag& operator=(const wake_flag&) = delete;

  void raise();
  /// Lowers it again. @returns whether it was raised; false once the awake clock reached the deadline.
  bool wait_until(std::chrono::nanoseconds deadline);
  /// Waits for as long as it takes, and lowers it again.
  void wait();

private:
  struct host;
  std::unique_ptr<host> host_;
};

/// Makes the calling thread a good witness: exact timers, a raised priority, and its memory kept in RAM
/// (what it is given here, its own stack, and the code of the whole program), each as far as it is allowed.
/// @returns what was refused, in words.
std::vector<std::string> prepare_witness(
  const std::vector<std::pair<const void*, std::size_t>>& memory);

} // namespace pmactor
