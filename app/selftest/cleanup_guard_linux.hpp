// What has to be taken back however the self-test ends, also by SIGKILL: a shell waits for that, and does it.
#pragma once

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/start_process.hpp"

#include <memory>
#include <string>

namespace pmactor {

class cleanup_guard {
public:
  /// @param script of the shell, with *subject* as "$1". It is not run where this object goes in good order.
  /// @throws std::system_error if there is no process to be had.
  cleanup_guard(const std::string& script, const std::string& subject);

private:
  owned_descriptor held_; ///< The kernel closes it when we end, which is what the shell waits for.
  std::unique_ptr<running_process> shell_; ///< Killed with this object.
};

} // namespace pmactor
