// Serves a site over HTTP, by libmicrohttpd: one thread a listening address, which waits by epoll.
// Whatever a client does, what it can use up is bounded: connections, bytes of a request, the time
// that it takes for it, live feeds.
#pragma once

#include "actors/host/owned_descriptor.hpp"
#include "app/web/decide_access.hpp"
#include "app/web/site.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace pmactor::web {

struct server_limits {
  unsigned connections = 128;            ///< Of each address.
  std::size_t request_bytes = 16 * 1024; ///< The request line and all headers.
  std::chrono::seconds request_time{10}; ///< For all of a request to arrive.
  std::size_t feeds = 16;
};

struct server_settings {
  access_policy access;
  server_limits limits;
  std::string certificate, key; ///< PEM; empty for no TLS.
  bool is_behind_tls = false;   ///< A proxy does it: the login cookie may only go by TLS.
};

class http_server {
public:
  /// @param listening sockets that already listen. From here on they are this server's.
  /// @throws std::runtime_error, one sentence.
  http_server(site& pages, server_settings settings, std::vector<owned_descriptor> listening);
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// To be called every half second, from one thread: renews the live feeds, and ends connections
  /// that are too slow.
  void tend();

  /// @returns for how long there has been no connection; 0 if there is one.
  std::chrono::nanoseconds idle() const;

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace pmactor::web
