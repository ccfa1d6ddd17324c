#include "actors/notifier/desktop_delivery.hpp"

#include "actors/notifier/compose_desktop.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <pwd.h>
#include <grp.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 3s;
constexpr std::size_t most_desktops = 16;

/// @returns whether a session bus of this user listens there.
bool is_bus_of(const std::filesystem::path& socket, uid_t user) {
  struct stat facts {};
  return ::lstat(socket.c_str(), &facts) == 0 && S_ISSOCK(facts.st_mode) && facts.st_uid == user;
}

/// A user as in the password database.
struct account {
  std::string name;
  other_user as;
};

account account_of(uid_t user) {
  account result{std::to_string(user), {user, static_cast<gid_t>(user), {}}};
  std::vector<char> room(16384);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, room.data(), room.size(), &found) != 0 || found == nullptr)
    return result;
  result.name = found->pw_name;
  result.as.group = found->pw_gid;
  int count = 64;
  result.as.groups.resize(static_cast<std::size_t>(count));
  if (::getgrouplist(found->pw_name, found->pw_gid, result.as.groups.data(), &count) < 0)
    count = 0;
  result.as.groups.resize(static_cast<std::size_t>(count));
  return result;
}

desktop_order order_for(const account& who, const std::string& runtime_folder, const std::string& bus,
                        std::vector<std::string> command) {
  desktop_order result;
  result.who = who.name;
  result.order.command = std::move(command);
  result.order.environment = session_environment(runtime_folder, bus);
  result.order.limit = patience;
  return result;
}

/// @returns the users with a session bus, lowest number first.
std::vector<uid_t> users_with_a_bus(const std::filesystem::path& run_user) {
  std::vector<uid_t> result;
  std::error_code failed;
  for (std::filesystem::directory_iterator entry{run_user, failed}, end; entry != end;
       entry.increment(failed)) {
    const auto name = entry->path().filename().string();
    uid_t user = 0;
    const auto [rest, problem] = std::from_chars(name.data(), name.data() + name.size(), user);
    if (problem == std::errc{} && rest == name.data() + name.size()
        && is_bus_of(entry->path() / "bus", user))
      result.push_back(user);
  }
  std::sort(result.begin(), result.end());
  if (result.size() > most_desktops)
    result.resize(most_desktops);
  return result;
}

} // namespace

desktop_plan plan_desktop(const notice_message& x, bool sound, const desktop_places& places) {
  desktop_plan result;
  const auto program = find_program("notify-send", places.path);
  if (program.empty()) {
    result.obstacle = "notify-send is not installed; it comes with the package libnotify-bin "
                      "(libnotify on other systems than Debian)";
    result.is_remedied = true;
    return result;
  }
  const auto command = notify_send_command(program, x, sound);
  const auto self = ::geteuid();
  if (self != 0) {
    const auto folder = (places.run_user / std::to_string(self)).string();
    const auto* address = std::getenv("DBUS_SESSION_BUS_ADDRESS");
    const bool is_given = address != nullptr && *address != '\0';
    if (is_given || is_bus_of(folder + "/bus", self))
      result.orders.push_back(order_for(account_of(self), folder,
                                        is_given ? address : "unix:path=" + folder + "/bus", command));
  } else {
    // The bus takes a user's own processes only, so each user's notify-send runs as that user.
    for (const auto user : users_with_a_bus(places.run_user)) {
      const auto who = account_of(user);
      const auto folder = (places.run_user / std::to_string(user)).string();
      result.orders.push_back(order_for(who, folder, "unix:path=" + folder + "/bus", command));
      if (user != self)
        result.orders.back().order.as = who.as;
    }
  }
  if (result.orders.empty())
    result.obstacle = "no user is logged in at a desktop";
  return result;
}

} // namespace pmactor
