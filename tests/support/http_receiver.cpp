#include "support/http_receiver.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

/// @returns the length that the head announces; 0 if it does not.
std::size_t announced(const std::string& head) {
  auto lower = head;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto at = lower.find("content-length:");
  return at == std::string::npos ? 0 : std::strtoull(lower.c_str() + at + 15, nullptr, 10);
}

} // namespace

struct http_receiver::parts {
  script answers;
  int listener = -1;
  int port = 0;
  std::atomic<bool> over{false};
  mutable std::mutex mutex;
  std::vector<received_request> requests;
  std::thread thread;

  bool readable(int fd) const {
    while (!over) {
      struct pollfd x {fd, POLLIN, 0};
      if (::poll(&x, 1, 20) == 1)
        return true;
    }
    return false;
  }

  void serve(int client) {
    std::string text;
    std::array<char, 65536> room{};
    std::size_t head = std::string::npos;
    while (head == std::string::npos || text.size() < head + 4 + announced(text.substr(0, head))) {
      if (!readable(client))
        return;
      const auto n = ::recv(client, room.data(), room.size(), 0);
      if (n <= 0)
        return;
      text.append(room.data(), static_cast<std::size_t>(n));
      head = text.find("\r\n\r\n");
    }
    std::size_t number = 0;
    {
      std::lock_guard guard{mutex};
      number = requests.size();
      requests.push_back({text.substr(0, head), text.substr(head + 4)});
    }
    const auto answer = answers(number);
    if (answer == "hang") {
      while (readable(client) && ::recv(client, room.data(), room.size(), 0) > 0)
        continue;
    } else if (!answer.empty()) {
      (void)::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }

  void run() {
    while (readable(listener)) {
      const int client = ::accept(listener, nullptr, nullptr);
      if (client < 0)
        continue;
      serve(client);
      ::close(client);
    }
  }
};

http_receiver::http_receiver(script answers) : parts_(std::make_shared<parts>()) {
  auto& p = *parts_;
  p.answers = std::move(answers);
  p.listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(p.listener, reinterpret_cast<struct sockaddr*>(&address), size) != 0 || ::listen(p.listener, 16) != 0
      || ::getsockname(p.listener, reinterpret_cast<struct sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("there is no port to be had");
  p.port = ntohs(address.sin_port);
  p.thread = std::thread{[this] { parts_->run(); }};
}

http_receiver::~http_receiver() {
  parts_->over = true;
  parts_->thread.join();
  ::close(parts_->listener);
}

std::string http_receiver::url() const {
  return "http://127.0.0.1:" + std::to_string(parts_->port);
}

std::vector<received_request> http_receiver::requests() const {
  std::lock_guard guard{parts_->mutex};
  return parts_->requests;
}

std::string http_reply(int status, const std::string& headers, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nConnection: close\r\n" + headers + "Content-Length: "
         + std::to_string(body.size()) + "\r\n\r\n" + body;
}

} // namespace pmactor
