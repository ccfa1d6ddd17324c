// A client's connection to a display server, which shows nothing and asks the server for an answer.
#pragma once

#include "actors/host/owned_descriptor.hpp"
#include "app/witness/desktop_wire.hpp"
#include "app/witness/find_desktops.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <sys/types.h>
#include <vector>

namespace pmactor {

/// Used by one thread at a time, but for state().
class desktop_connection {
public:
  enum class is : std::uint8_t {
    awaited, ///< It is being made: the server has not answered yet.
    open,
    closed, ///< There is no such server, it is not ours to ask, it lets us not in, or it has ended.
  };

  /// @param compositor_users who has a Wayland compositor.
  desktop_connection(desktop_place place, std::vector<std::uint32_t> compositor_users);

  /// Connects, and asks once. May wait for ever, for the server or for files of its user; these it
  /// reads with that user's rights, and stays with them: it is called by a thread that does nothing
  /// else.
  void open();

  /// Asks, and waits for the answer. @returns false if the server has ended or speaks otherwise.
  bool round_trip();

  is state() const {
    return state_.load(std::memory_order_acquire);
  }

  /// @returns the process that has to answer, once the connection is open; 0 if the kernel does not say.
  pid_t server() const {
    return server_;
  }

private:
  bool connect();
  bool connect_x11();
  bool ask();

  const desktop_place place_;
  const std::vector<std::uint32_t> compositor_users_;
  owned_descriptor socket_;
  pid_t server_ = 0; ///< Set before the state is.
  std::unique_ptr<desktop_wire> wire_;
  std::atomic<is> state_{is::awaited};
};

} // namespace pmactor
