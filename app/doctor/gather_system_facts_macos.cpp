#include "app/doctor/gather_facts.hpp"

#include "app/instance/places.hpp"

#include <filesystem>
#include <unistd.h>

namespace pmactor {

void gather_system_facts(doctor_facts& x) {
  namespace fs = std::filesystem;
  std::error_code failed;
  x.is_linux = false;
  x.has_systemd = false;
  x.is_system_service = fs::exists("/Library/LaunchDaemons/org.pmactor.plist", failed);
  x.is_user_service = fs::exists(look_around().home / "Library/LaunchAgents/org.pmactor.plist", failed);
  // Which rights a process has beyond a user's own is a matter of root or not there.
  const bool is_root = ::geteuid() == 0;
  x.rights = process_rights{};
  x.rights->sees_processes = x.rights->watches_scheduler = x.rights->reads_kernel_log = is_root;
  x.rights->raises_priority = x.rights->locks_memory = true; // open to every user
}

} // namespace pmactor
