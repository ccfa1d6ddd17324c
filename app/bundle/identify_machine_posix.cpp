#include "app/bundle/describe_machine.hpp"

#include <array>
#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

namespace pmactor {
namespace {

constexpr int most_accounts = 4096;
constexpr uid_t first_person = 500; ///< macOS begins there, most of Linux at 1000.
constexpr uid_t nobody = 65'534;

/// A person's name as the password database has it, and its parts.
void add_full_name(const char* field, std::vector<std::string>& users) {
  std::string name{field != nullptr ? field : ""};
  name = name.substr(0, name.find(','));
  if (name.empty())
    return;
  users.push_back(name);
  for (std::size_t begin = 0; begin < name.size();) {
    const auto end = std::min(name.find(' ', begin), name.size());
    if (end - begin >= 4) // "de", "van": such words are everywhere
      users.push_back(name.substr(begin, end - begin));
    begin = end + 1;
  }
}

void add_host(const std::string& name, std::vector<std::string>& hosts) {
  if (name.empty())
    return;
  hosts.push_back(name);
  if (const auto dot = name.find('.'); dot != name.npos && dot > 0)
    hosts.push_back(name.substr(0, dot));
}

} // namespace

machine_identity identify_machine(const std::string& host) {
  machine_identity x;
  ::setpwent();
  for (int i = 0; i < most_accounts; ++i) {
    const auto* account = ::getpwent();
    if (account == nullptr)
      break;
    const bool is_ours = account->pw_uid == ::getuid() && account->pw_uid != 0;
    if (!is_ours && (account->pw_uid < first_person || account->pw_uid == nobody))
      continue;
    x.users.emplace_back(account->pw_name);
    add_full_name(account->pw_gecos, x.users);
    if (const std::string home{account->pw_dir != nullptr ? account->pw_dir : ""};
        home.starts_with('/') && home.size() > 1 && home != "/nonexistent")
      x.homes.push_back(home);
  }
  ::endpwent();
  // Of a directory service it may be that not all are listed.
  for (const char* name : {"USER", "LOGNAME", "SUDO_USER"})
    if (const char* user = std::getenv(name); user != nullptr && std::string_view{user} != "root")
      x.users.emplace_back(user);
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/' && home[1] != '\0')
    x.homes.emplace_back(home);
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0)
    add_host(name.data(), x.hosts);
  add_host(host, x.hosts);
  return x;
}

} // namespace pmactor
