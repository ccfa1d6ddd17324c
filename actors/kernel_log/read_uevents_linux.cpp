#include "actors/kernel_log/read_uevents_linux.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <utility>

namespace pmactor {
namespace {

constexpr int most_messages = 512;       ///< Of one look.
constexpr std::uint32_t from_kernel = 1; ///< The group; udev sends what it made of them to another.

class uevent_reader : public device_reports {
public:
  uevent_reader(owned_descriptor socket, bool is_netlink)
    : socket_{std::move(socket)}, is_netlink_{is_netlink} {
  }

  std::vector<incident_line> read() override {
    std::vector<incident_line> result;
    for (int i = 0; i < most_messages; ++i) {
      sockaddr_nl sender{};
      iovec part{room_.data(), room_.size()};
      msghdr header{};
      header.msg_name = is_netlink_ ? &sender : nullptr;
      header.msg_namelen = is_netlink_ ? sizeof(sender) : 0;
      header.msg_iov = &part;
      header.msg_iovlen = 1;
      const auto size = ::recvmsg(socket_.get(), &header, MSG_DONTWAIT);
      // An error that it reports once, such as that some were dropped, does not end the look.
      if (size == 0 || (size < 0 && errno != ENOBUFS && errno != EINTR))
        break;
      if (size < 0 || (is_netlink_ && (sender.nl_pid != 0 || sender.nl_groups != from_kernel)))
        continue;
      if (auto found = match_uevent({room_.data(), static_cast<std::size_t>(size)}))
        result.push_back(std::move(*found));
    }
    return result;
  }

private:
  owned_descriptor socket_;
  const bool is_netlink_;
  std::array<char, 4096> room_{}; ///< The kernel's own bound of them is half of that.
};

} // namespace

std::unique_ptr<device_reports> open_uevents() {
  owned_descriptor socket{
    ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT)};
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = from_kernel;
  if (socket.get() < 0
      || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return nullptr;
  return read_uevents(std::move(socket), true);
}

std::unique_ptr<device_reports> read_uevents(owned_descriptor socket, bool is_netlink) {
  return std::make_unique<uevent_reader>(std::move(socket), is_netlink);
}

} // namespace pmactor
