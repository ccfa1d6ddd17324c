// The desktops: which there are, and a probe for each that has answered once. What listens and
// never did is no desktop that hangs.
#pragma once

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/machine_network_linux.hpp"
#include "app/witness/decide_question.hpp"
#include "app/witness/desktop_connection_linux.hpp"
#include "app/witness/witness_probe.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

class desktop_watch {
public:
  /// @param page outlives the process, as does *absent*.
  desktop_watch(witness_page& page, const absent_time& absent);

  /// Looks which there are. Waits for no server and no file system.
  /// @param room for the kernel's text, shared with others.
  void find(std::string& room, std::chrono::nanoseconds now);

  /// Asks each, and gives a probe to those that have just answered for the first time.
  void ask(std::chrono::nanoseconds now);

  /// @returns whether one takes long, or took long the last time, or may not answer by what its
  /// server does.
  bool is_slow(std::chrono::nanoseconds now);

  /// @returns how many have no probe for want of room.
  std::size_t unwitnessed() const;

private:
  struct watched {
    desktop_place place;
    std::shared_ptr<desktop_connection> connection; ///< Null between two tries.
    std::unique_ptr<witness_probe> probe; ///< Null until it has answered, or if there was no slot.
    kept_file server;                     ///< What the kernel says of it, from when it has a probe.
    server_record did;                    ///< That process; forgotten with the file.
    std::size_t failures = 0;             ///< To connect, in a row.
    std::chrono::nanoseconds next_try{};
  };
  void connect(watched& x);
  void look_at(watched& x, std::chrono::nanoseconds now);
  static bool is_doubtful(watched& x, std::chrono::nanoseconds now);

  witness_page& page_;
  const absent_time& absent_;
  kept_file sockets_{(find_machine_network().proc / "unix").c_str()};
  std::deque<watched> desktops_;
  /// All that a thread may still be in, also of those that are gone.
  std::vector<std::weak_ptr<desktop_connection>> connections_;
  std::vector<std::uint32_t> compositor_users_; ///< Who has a Wayland compositor.
  std::size_t too_many_ = 0;
};

} // namespace pmactor
