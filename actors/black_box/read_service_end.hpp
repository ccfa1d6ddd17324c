// Reads how the service manager saw the daemon's process end: "code=dumped, status=11/SEGV". Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

struct service_end {
  enum class how : std::uint8_t {
    ended,   ///< As it was asked to: by its own exit with success, or by a signal that asks for it.
    failed,  ///< It exited by itself with a code that says so.
    crashed, ///< Of a signal that no one sends to end a program in good order.
    killed,  ///< Of SIGKILL.
    oom_killed,
  };
  how what = how::ended;
  std::string name; ///< Of the signal, "SIGSEGV"; of an exit its code, "1".
  friend bool operator==(const service_end&, const service_end&) = default;
};

/// @param result as find_service_result() returns it.
/// @returns nothing if it does not say.
std::optional<service_end> read_service_end(std::string_view result);

} // namespace pmactor
