// `pmactor serve` as a child of a test, and a client that says exactly what it is given.
// Include after support/test.hpp. For system tests, where PMACTOR_PROGRAM is known.
#pragma once

#include "support/daemon.hpp"
#include "support/example_history.hpp"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace pmactor {

using namespace std::chrono_literals;

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A server on a port of the system's choice. Its destructor ends it.
class web_server {
public:
  explicit web_server(const test_home& home, std::vector<std::string> more = {}) {
    std::vector<std::string> words{PMACTOR_PROGRAM, "serve", "--data", home.data.string()};
    if (more.empty())
      more = {"--listen", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> pointers;
    for (auto& x : words)
      pointers.push_back(x.data());
    pointers.push_back(nullptr);
    int out[2];
    if (::pipe2(out, O_CLOEXEC) != 0)
      throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    ::posix_spawn(&pid, PMACTOR_PROGRAM, &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    char c = 0;
    while (said.find("ends with Ctrl-C") == said.npos && ::read(out[0], &c, 1) == 1)
      said += c;
    ::close(out[0]);
    if (const auto at = said.rfind(':', said.find('/', said.find("//") + 2)); at != said.npos)
      port = static_cast<std::uint16_t>(std::stoi(said.substr(at + 1)));
  }
  ~web_server() {
    ::kill(pid, SIGTERM);
    ::waitpid(pid, nullptr, 0);
  }

  /// @returns bytes.
  std::size_t memory() const {
    std::ifstream in{"/proc/" + std::to_string(pid) + "/statm"};
    std::size_t all = 0, resident = 0;
    in >> all >> resident;
    return resident * 4096;
  }

  pid_t pid = -1;
  std::uint16_t port = 0;
  std::string said;
};

class web_client {
public:
  /// @param waits until it is connected.
  explicit web_client(std::uint16_t port, bool waits = true) {
    if (!waits)
      ::fcntl(fd, F_SETFL, O_NONBLOCK);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_open = ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~web_client() {
    ::close(fd);
  }
  web_client(const web_client&) = delete;

  bool send(const std::string& text) {
    return ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  /// @returns what comes until the end, or until nothing comes for so long, or until it has this.
  std::string receive(std::chrono::milliseconds patience = 5s, const std::string& until = {}) {
    std::string result;
    std::array<char, 65536> piece;
    for (;;) {
      pollfd x{fd, POLLIN, 0};
      if (::poll(&x, 1, static_cast<int>(patience.count())) <= 0)
        return result;
      const auto count = ::recv(fd, piece.data(), piece.size(), 0);
      if (count <= 0) {
        is_over = true;
        return result;
      }
      result.append(piece.data(), static_cast<std::size_t>(count));
      if (!until.empty() && contains(result, until))
        return result;
    }
  }

  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool is_open = false, is_over = false;
};

/// @returns what a command of the shell says.
inline std::string said_by(const std::string& command) {
  std::string result;
  std::array<char, 4096> piece;
  auto* from = ::popen(command.c_str(), "r");
  if (from == nullptr)
    return result;
  while (const auto count = std::fread(piece.data(), 1, piece.size(), from))
    result.append(piece.data(), count);
  ::pclose(from);
  return result;
}

/// @returns all of the answer.
inline std::string ask(std::uint16_t port, const std::string& request) {
  web_client x{port};
  x.send(request);
  return x.receive();
}

inline std::string get(std::uint16_t port, const std::string& path, const std::string& more = {}) {
  return ask(port, "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + more
                     + "\r\n");
}

inline std::string status_of(const std::string& answer) {
  return answer.size() > 12 ? answer.substr(9, 3) : "none";
}

struct web_fixture {
  test_home home;

  web_fixture() {
    make_example_history(home.data);
  }
};

} // namespace pmactor
