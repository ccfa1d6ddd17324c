// Sends a request to a server by libcurl, which is loaded when the first one is sent: a program that sends none
// does not carry it along.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

struct http_request {
  std::string url; ///< http or https; others are refused.
  std::vector<std::string>
    headers; ///< "Name: value". Without a Content-Type the body is said to be JSON.
  std::string body;
  std::string ca_file, certificate_file, key_file; ///< Empty for the system's own, and for none.
  std::chrono::nanoseconds timeout = std::chrono::seconds{10}; ///< Of all of it, above zero.
};

struct http_answer {
  int status = 0;    ///< 0 if none came, or not whole: then *problem* says why.
  std::string problem;
  std::string body;  ///< The begin of it, 4 KiB at most. Foreign bytes.
  std::optional<std::chrono::seconds> retry_after; ///< What the server asks to be left alone for.
};

/// Waits for the answer, for *timeout* at most. Redirections are not followed, as the headers may hold a secret. Not
/// from the actors' pool. Never throws for what a server or the network does.
/// @param is_over asked a few times a second; when it is true the request is given up.
http_answer post_http(const http_request& x, const std::function<bool()>& is_over);

} // namespace pmactor
