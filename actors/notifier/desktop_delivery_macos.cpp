#include "actors/notifier/desktop_delivery.hpp"

#include "actors/notifier/compose_desktop.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 5s; // root's road to the user takes two programs more

std::string name_of(uid_t user) {
  const auto* entry = ::getpwuid(user); // on the delivery's thread only
  return entry != nullptr ? entry->pw_name : std::to_string(user);
}

} // namespace

desktop_plan plan_desktop(const notice_message& x, bool sound, const desktop_places& places) {
  desktop_plan result;
  const auto self = ::geteuid();
  auto user = self;
  if (self == 0) {
    struct stat console {};
    if (::stat("/dev/console", &console) != 0 || console.st_uid == 0) {
      result.obstacle = "no user is logged in at the console";
      return result;
    }
    user = console.st_uid;
  }
  desktop_order one;
  one.who = name_of(user);
  one.order.command
    = osascript_command(x, sound, self == 0 ? std::optional<std::uint32_t>{user} : std::nullopt);
  one.order.environment = {"PATH=" + places.path + ":/usr/sbin:/sbin", "LC_ALL=en_US.UTF-8"};
  one.order.limit = patience;
  result.orders.push_back(std::move(one));
  return result;
}

} // namespace pmactor
