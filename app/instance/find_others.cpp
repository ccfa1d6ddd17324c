#include "app/instance/find_others.hpp"

#include "actors/host/explain_rights.hpp"

#include <unistd.h>

namespace pmactor {

std::string describe_others(const std::vector<other_daemon>& all, std::uint32_t own_uid) {
  std::string result;
  for (const auto& x : all) {
    const bool is_own = x.uid == own_uid;
    result += (result.empty() ? "" : " ") + std::string{"Process "} + std::to_string(x.pid) + " is a daemon of "
              + (is_own ? "yours" : user_in_words(x.uid)) + (x.data.empty() ? "" : " with its data in " + x.data) + ": say `"
              + (is_own     ? ""
                 : x.uid == 0 ? "sudo "
                              : "sudo -u '#" + std::to_string(x.uid) + "' ")
              + "pmactor …" + (x.data.empty() ? "" : " --data " + x.data) + "`.";
  }
  return result;
}

std::string explain_absence(const places& where) {
  if (auto rights = explain_rights(where.data); !rights.empty())
    return rights;
  // Where a folder was named, that one is meant.
  return where.data_named ? std::string{} : describe_others(list_daemons(), ::geteuid());
}

} // namespace pmactor
