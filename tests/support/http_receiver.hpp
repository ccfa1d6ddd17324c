// A receiver of HTTP requests that answers as a test says: with a status, late, half, or not at all.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pmactor {

struct received_request {
  std::string head; ///< All of it before the body.
  std::string body;
};

class http_receiver {
public:
  /// What is written as the answer to the n-th request, counted from 0: raw bytes. Empty: the connection is closed.
  /// "hang": nothing is answered for as long as the client waits.
  using script = std::function<std::string(std::size_t n)>;
  explicit http_receiver(script answers);
  ~http_receiver();
  http_receiver(const http_receiver&) = delete;
  http_receiver& operator=(const http_receiver&) = delete;

  std::string url() const; ///< "http://127.0.0.1:PORT"
  std::vector<received_request> requests() const;

private:
  struct parts;
  std::shared_ptr<parts> parts_;
};

/// @returns an answer with this status and further headers, each with its line break.
std::string http_reply(int status, const std::string& headers = {}, const std::string& body = "{}");

} // namespace pmactor
