// The sockets that the web server listens on: its own, or those that systemd opened for it.
#pragma once

#include "actors/host/owned_descriptor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor::web {

/// An address to listen on, e.g. "127.0.0.1:7788", "[::]:7788", "192.168.1.7".
struct listen_address {
  std::string host;
  std::uint16_t port = 0; ///< 0 lets the system choose.
};

/// @returns nothing if it is no address; a name is none.
std::optional<listen_address> parse_listen_address(std::string_view text,
                                                   std::uint16_t default_port);

struct listening_socket {
  owned_descriptor socket;
  listen_address address; ///< As it is, with the port that the system chose.
};

/// @throws std::runtime_error, one sentence.
listening_socket listen_on(const listen_address& x);

inline constexpr int first_inherited_socket = 3; ///< Its descriptor (sd_listen_fds(3)).

/// @returns how many sockets systemd gives to this process.
int count_inherited_sockets();

/// @returns the sockets that systemd gives us (sd_listen_fds(3)); takes its word out of the
/// environment.
/// @throws std::runtime_error if one of them does not listen.
std::vector<listening_socket> inherited_sockets();

} // namespace pmactor::web
