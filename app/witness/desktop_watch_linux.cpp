#include "app/witness/desktop_watch_linux.hpp"

#include "actors/host/back_off.hpp"
#include "actors/host/expendable_thread.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

// Any user may make sockets with these names, and never answer.
constexpr std::size_t most_desktops = 16, most_connections = 2 * most_desktops;
/// An X server logs the clients that it refuses.
constexpr nanoseconds first_pause = 1min, longest_pause = 1h;

} // namespace

desktop_watch::desktop_watch(witness_page& page, const absent_time& absent)
  : page_{page}, absent_{absent} {
}

void desktop_watch::find(std::string& room, nanoseconds now) {
  auto found = find_desktops(sockets_.read_all(room));
  std::erase_if(desktops_, [&](const watched& x) {
    return std::find(found.begin(), found.end(), x.place) == found.end();
  });
  compositor_users_.clear();
  for (const auto& x : found)
    if (x.speaks == desktop_place::protocol::wayland && x.user)
      compositor_users_.push_back(*x.user);
  too_many_ = 0;
  for (auto& x : found)
    if (std::none_of(desktops_.begin(), desktops_.end(),
                     [&](const watched& y) { return y.place == x; })) {
      if (desktops_.size() < most_desktops)
        desktops_.emplace_back().place = std::move(x);
      else
        ++too_many_;
    }
  for (auto& x : desktops_)
    if (!x.connection && x.next_try <= now)
      connect(x);
}

void desktop_watch::connect(watched& x) {
  std::erase_if(connections_, [](const auto& y) { return y.expired(); });
  if (connections_.size() >= most_connections)
    return;
  x.connection = std::make_shared<desktop_connection>(x.place, compositor_users_);
  try {
    start_expendable("pm-desktop", [mine = x.connection] { mine->open(); });
    connections_.push_back(x.connection);
  } catch (const std::system_error&) {
    x.connection.reset(); // there may be a thread next time
  }
}

void desktop_watch::ask(nanoseconds now) {
  for (auto& x : desktops_)
    if (x.connection)
      look_at(x, now);
}

void desktop_watch::look_at(watched& x, nanoseconds now) {
  switch (x.connection->state()) {
    case desktop_connection::is::awaited:
      break;
    case desktop_connection::is::closed:
      x.probe.reset();
      x.connection.reset();
      x.server.close();
      x.next_try = now + back_off(x.failures++, first_pause, longest_pause);
      break;
    case desktop_connection::is::open:
      x.failures = 0;
      if (!x.probe)
        if (auto slot =
              claim_slot(page_, stall_resource::desktop, name_of(x.place), stall_sense::round_trip)) {
          slot->server.store(x.connection->server(), std::memory_order_relaxed);
          x.probe = std::make_unique<witness_probe>(
            std::move(slot), [mine = x.connection] { return mine->round_trip(); }, absent_);
          // The first process of the system listens for others, and hands over what it listens at.
          if (const auto pid = x.connection->server(); pid > 1)
            x.server = kept_file{"/proc/" + std::to_string(pid) + "/stat"};
        }
      if (x.probe)
        x.probe->ask();
      break;
  }
}

bool desktop_watch::is_slow(nanoseconds now) {
  static constexpr nanoseconds slow = 100ms;
  // Each is looked at, as what a server computed is known from one look to the next.
  return std::count_if(desktops_.begin(), desktops_.end(),
                       [now](watched& x) {
                         return is_doubtful(x, now) || (x.probe && x.probe->takes(now) >= slow);
                       })
         > 0;
}

/// @returns whether its server does what one that does not answer may do.
bool desktop_watch::is_doubtful(watched& x, nanoseconds now) {
  static const auto tick = nanoseconds{1s} / std::max(1L, ::sysconf(_SC_CLK_TCK));
  std::array<char, 1024> room{};
  return x.did.look(x.server.read(room), now, tick);
}

std::size_t desktop_watch::unwitnessed() const {
  return too_many_
         + static_cast<std::size_t>(
           std::count_if(desktops_.begin(), desktops_.end(), [](const watched& x) {
             return !x.probe && x.connection
                    && x.connection->state() == desktop_connection::is::open;
           }));
}

} // namespace pmactor
