#include "actors/stress_scorer/match_suspects.hpp"

#include "messages/lowered.hpp"

#include <algorithm>

namespace pmactor {
std::vector<std::string> suspect_policy::default_patterns() {
  return {
    // macOS
    "backupd*", "bird", "cloudd", "com.apple.MobileSoftwareUpdate*", "corespotlightd",
    "fileproviderd", "kernel_task", "mds", "mds_stores", "mdsync", "mdworker*", "mediaanalysisd",
    "photoanalysisd", "photolibraryd", "softwareupdate*", "spindump", "syspolicyd", "WindowServer",
    "XProtect*",
    // Linux
    "apt-get", "baloo_file*", "btrfs-*", "clamd", "clamscan", "dnf", "dpkg", "fstrim", "fwupd",
    "jbd2/*", "kcompactd*", "khugepaged", "kswapd*", "localsearch*", "mandb", "md*_resync",
    "packagekitd", "plocate*", "snapd", "systemd-coredum*", "tracker-*", "unattended-upgr*",
    "updatedb*",
    // both
    "borg", "bztransmit*", "com.docker.*", "CrashPlan*", "dockerd", "Dropbox*", "falcon*",
    "OneDrive*", "prl_*", "qemu-*", "restic", "rsync", "stress-ng*", "VBoxHeadless", "VirtualBoxVM*",
    "vmware-vmx*",
  };
}

bool matches(std::string_view name, std::string_view pattern) {
  // On a mismatch, only the last star needs to take one byte more.
  std::size_t n = 0, p = 0, star = pattern.npos, resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || lowered(pattern[p]) == lowered(name[n]))) {
      ++p;
      ++n;
    } else if (star != pattern.npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

bool is_suspect(std::string_view name, const suspect_policy& policy) {
  // Nearly every pattern fails at its first letter, and every process is compared with all of them.
  const char first = name.empty() ? '\0' : lowered(name[0]);
  return std::any_of(policy.patterns.begin(), policy.patterns.end(), [&](const std::string& pattern) {
    const bool may_match = pattern.empty() || pattern[0] == '*' || pattern[0] == '?'
                           || lowered(pattern[0]) == first;
    return may_match && matches(name, pattern);
  });
}

} // namespace pmactor
