#include "app/doctor/gather_facts.hpp"

#include "actors/kernel_log/follow_journal_linux.hpp"
#include "app/instance/places.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& file) {
  std::error_code failed;
  return fs::exists(file, failed);
}

/// @returns the first number of a small file of the kernel's.
std::optional<long long> number_in(const fs::path& file) {
  std::ifstream in{file};
  long long x = 0;
  return in >> x ? std::optional{x} : std::nullopt;
}

/// @returns the process's effective capabilities, a bit each; nullopt if they are not shown.
std::optional<unsigned long long> capabilities_of(const std::string& pid) {
  std::ifstream in{"/proc/" + pid + "/status"};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("CapEff:"))
      return std::strtoull(line.c_str() + 7, nullptr, 16);
  return std::nullopt;
}

std::optional<process_rights> rights_of(std::int64_t daemon) {
  // As <linux/capability.h> numbers them.
  constexpr int dac_read_search = 2, ipc_lock = 14, sys_ptrace = 19, sys_admin = 21, sys_nice = 23, syslog = 34, perfmon = 38;
  const auto held = capabilities_of(daemon > 0 ? std::to_string(daemon) : "self");
  if (!held)
    return std::nullopt;
  const auto has = [&held](int capability) { return (*held >> capability & 1) != 0; };
  struct rlimit priority {}, memory {};
  if (::prlimit(static_cast<pid_t>(daemon), RLIMIT_NICE, nullptr, &priority) != 0)
    priority.rlim_cur = 0;
  if (::prlimit(static_cast<pid_t>(daemon), RLIMIT_MEMLOCK, nullptr, &memory) != 0)
    memory.rlim_cur = 0;
  constexpr rlim_t locked_memory = 32u << 20; // the program with its libraries, and the beat's own
  constexpr int beat_niceness = -10; // the limit counts from 1, which is 19, to 40, which is -20
  process_rights result;
  result.sees_processes = has(sys_ptrace) && has(dac_read_search);
  result.watches_scheduler = has(perfmon) || has(sys_admin) || number_in("/proc/sys/kernel/perf_event_paranoid").value_or(2) < 0;
  result.reads_kernel_log = has(syslog) || has(sys_admin) || number_in("/proc/sys/kernel/dmesg_restrict").value_or(1) == 0
                            || follow_host_journal() != nullptr;
  result.raises_priority = has(sys_nice) || priority.rlim_cur >= 20 - beat_niceness;
  result.locks_memory = has(ipc_lock) || memory.rlim_cur >= locked_memory;
  return result;
}

/// @returns whether this is another pid namespace than the one the kernel begins with, whose number never changes.
bool is_in_container() {
  std::array<char, 64> name{};
  const auto size = ::readlink("/proc/self/ns/pid", name.data(), name.size());
  constexpr std::string_view first{"pid:[4026531836]"};
  return size > 0 && std::string_view{name.data(), static_cast<std::size_t>(size)} != first;
}

} // namespace

void gather_system_facts(doctor_facts& x) {
  x.is_linux = true;
  x.has_systemd = is_there("/run/systemd/system");
  for (const char* folder : {"/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"})
    x.is_system_service = x.is_system_service || is_there(fs::path{folder} / "pmactor.service");
  const auto around = look_around();
  const auto named = around.variable("XDG_CONFIG_HOME");
  const auto config = named.empty() ? around.home / ".config" : fs::path{named};
  x.is_user_service = around.uid != 0 && is_there(config / "systemd/user/pmactor.service");
  x.rights = rights_of(x.daemon);
  x.perf_is_restricted = number_in("/proc/sys/kernel/perf_event_paranoid").value_or(2) > 2;
  x.has_pressure = std::ifstream{"/proc/pressure/cpu"}.peek() != std::ifstream::traits_type::eof();
  x.is_container = is_in_container();
  if (is_there("/run/.containerenv"))
    x.container_engine = "podman";
  struct timex clock {};
  if (const auto state = ::adjtimex(&clock); state >= 0)
    x.clock_is_right = state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
  x.has_rtc = is_there("/sys/class/rtc/rtc0");
}

} // namespace pmactor
