// As much of an X server as a round trip needs: it accepts clients on display :0, lets them in and
// answers what has to be answered, with nothing in it. Stop the process and the desktop hangs.
//   x-server
#include "x11.hpp"

#include <cstdio>
#include <cstring>
#include <map>
#include <poll.h>
#include <set>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace {

struct client {
  std::string received;
  bool is_in = false; ///< Past the connection setup.
  std::uint16_t requests = 0;
};

/// The requests of the core protocol that are answered, by their numbers: from GetWindowAttributes
/// on.
bool has_reply(std::uint8_t request) {
  static const std::set<int> those{3,  14, 15, 16,  17,  20,  21,  23,  26,  31,  38,  39, 40, 43,
                                   44, 47, 48, 49,  50,  52,  73,  83,  84,  85,  86,  87, 91, 92,
                                   97, 98, 99, 101, 103, 106, 108, 110, 116, 117, 118, 119};
  return those.count(request) > 0;
}

/// What a server says to a client that it accepts: one screen with one visual.
std::string setup() {
  x11_setup head{};
  x11_screen screen{};
  x11_depth depth{};
  x11_visual visual{};
  const std::string vendor = "labs";
  head.success = 1;
  head.major = 11;
  head.resource_base = 0x200000;
  head.resource_mask = 0x1fffff;
  head.vendor_bytes = static_cast<std::uint16_t>(vendor.size());
  head.longest_request = 65535;
  head.screens = 1;
  head.least_keycode = 8;
  head.most_keycode = 255;
  screen.root = 1;
  screen.colormap = 2;
  screen.width = screen.height = 100;
  screen.visual = visual.id = 3;
  screen.depth = depth.depth = 24;
  screen.depths = 1;
  depth.visuals = 1;
  visual.kind = 4; // TrueColor
  visual.bits = 8;
  visual.red = 0xff0000;
  visual.green = 0xff00;
  visual.blue = 0xff;
  head.words = static_cast<std::uint16_t>(
    (sizeof head - 8 + vendor.size() + sizeof screen + sizeof depth + sizeof visual) / 4);
  const auto text = [](const auto& x) {
    return std::string{reinterpret_cast<const char*>(&x), sizeof x};
  };
  return text(head) + vendor + text(screen) + text(depth) + text(visual);
}

/// Takes one request off what was received. @returns false if none is complete.
bool serve_one(int socket, client& x) {
  if (!x.is_in) {
    x11_hello hello{};
    if (x.received.size() < sizeof hello)
      return false;
    std::memcpy(&hello, x.received.data(), sizeof hello);
    const auto bytes = sizeof hello + padded(hello.name_bytes) + padded(hello.data_bytes);
    if (x.received.size() < bytes)
      return false;
    x.received.erase(0, bytes);
    x.is_in = true;
    const auto text = setup();
    return send(socket, text.data(), text.size(), MSG_NOSIGNAL) >= 0;
  }
  x11_request head{};
  if (x.received.size() < sizeof head)
    return false;
  std::memcpy(&head, x.received.data(), sizeof head);
  const std::size_t bytes = head.words * 4u;
  if (bytes == 0 || x.received.size() < bytes)
    return false;
  x.received.erase(0, bytes);
  ++x.requests;
  if (!has_reply(head.what))
    return true;
  x11_reply reply{};
  reply.kind = 1;
  reply.sequence = x.requests;
  return send(socket, &reply, sizeof reply, MSG_NOSIGNAL) >= 0;
}

} // namespace

int main() {
  mkdir("/tmp/.X11-unix", 01777);
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto place = display_address();
  if (bind(listener, reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0
      || listen(listener, 16) != 0) {
    std::perror("x-server");
    return 1;
  }
  std::map<int, client> clients;
  while (true) {
    std::vector<pollfd> watched{{listener, POLLIN, 0}};
    for (const auto& x : clients)
      watched.push_back({x.first, POLLIN, 0});
    if (poll(watched.data(), watched.size(), -1) <= 0)
      continue;
    if (watched[0].revents != 0)
      if (const int one = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC); one >= 0)
        clients[one];
    for (std::size_t i = 1; i < watched.size(); ++i) {
      if (watched[i].revents == 0)
        continue;
      char block[4096];
      const auto got = read(watched[i].fd, block, sizeof block);
      if (got <= 0) {
        close(watched[i].fd);
        clients.erase(watched[i].fd);
        continue;
      }
      auto& one = clients[watched[i].fd];
      one.received.append(block, static_cast<std::size_t>(got));
      while (serve_one(watched[i].fd, one)) {
      }
    }
  }
}
