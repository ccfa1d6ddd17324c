#include "actors/host/explain_rights.hpp"

#include <cerrno>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace pmactor {
namespace {

std::string name_of(std::uint32_t uid) {
  std::vector<char> room(16384);
  struct passwd entry {};
  struct passwd* found = nullptr;
  return ::getpwuid_r(uid, &entry, room.data(), room.size(), &found) == 0 && found != nullptr ? found->pw_name : "";
}

} // namespace

std::string user_in_words(std::uint32_t uid) {
  const auto name = name_of(uid);
  const auto number = "user " + std::to_string(uid);
  return name.empty() ? number : name + " (" + number + ')';
}

std::string explain_rights(const std::filesystem::path& path) {
  std::filesystem::path here;
  std::uint32_t owner = 0;
  const auto refusal = [&](const std::filesystem::path& barred) {
    const auto other = owner == 0 ? std::string{"root"} : name_of(owner);
    return barred.string() + " is for " + user_in_words(owner) + " alone, and you are " + user_in_words(::geteuid())
           + "; say it as " + (owner == 0 ? "root, with `sudo`." : "that user, with `sudo -u " + (other.empty() ? '#' + std::to_string(owner) : other) + "`.");
  };
  // From the root down to the first folder that does not let this user through.
  for (const auto& part : std::filesystem::absolute(path)) {
    struct stat facts {};
    if (::stat((here / part).c_str(), &facts) != 0)
      return errno == EACCES ? refusal(here) : std::string{};
    here /= part;
    owner = facts.st_uid;
    const int wanted = S_ISDIR(facts.st_mode) ? X_OK : R_OK;
    if (::access(here.c_str(), wanted) != 0)
      return errno == EACCES ? refusal(here) : std::string{};
  }
  return {};
}

} // namespace pmactor
