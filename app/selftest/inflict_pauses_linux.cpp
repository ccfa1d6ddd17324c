#include "app/selftest/inflict_pauses.hpp"

#include "actors/host/parse_process.hpp"
#include "app/selftest/control_group_linux.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// The state and the parent of a process; an ended one is X.
std::pair<char, pid_t> state_of(pid_t pid) {
  const auto text = read_kernel_file("/proc/" + std::to_string(pid) + "/stat");
  const auto stat = parse_process_stat(text);
  return stat ? std::pair{stat->state, static_cast<pid_t>(stat->parent)} : std::pair{'X', pid_t{0}};
}

} // namespace

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> result;
  DIR* folder = ::opendir("/proc");
  if (folder == nullptr)
    return result;
  while (const dirent* entry = ::readdir(folder)) {
    const auto pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    if (pid > 1 && state_of(pid).second == parent)
      result.push_back(pid);
  }
  ::closedir(folder);
  return result;
}

bool is_stopped(pid_t pid) {
  const auto state = state_of(pid).first;
  return state == 'T' || state == 'X' || state == 'Z';
}

test_groups::test_groups() {
  const fs::path root = "/sys/fs/cgroup";
  std::error_code failed;
  unified_ = make_group(fs::exists(root / "cgroup.controllers", failed) ? root : root / "unified");
  if (!unified_.empty() && !fs::exists(unified_ / "cgroup.freeze", failed)) {
    remove_group(unified_);
    unified_.clear();
  }
  freezer_ = make_group(root / "freezer");
  cpu_ = make_group(root / "cpu");
  if (cpu_.empty() && !unified_.empty() && fs::exists(unified_ / "cpu.max", failed))
    cpu_ = unified_;
  memory_ = make_group(root / "memory");
  for (const auto& folder : {unified_, freezer_, cpu_, memory_})
    if (!folder.empty())
      members_.push_back((folder / "cgroup.procs").string());
}

test_groups::~test_groups() {
  freeze_v1(false);
  freeze_v2(false);
  limit_cpu(false);
  limit_memory(false);
  for (const auto& folder : {freezer_, memory_, cpu_, unified_})
    remove_group(folder);
}

bool test_groups::can_freeze_v1() const {
  return !freezer_.empty();
}

bool test_groups::can_freeze_v2() const {
  return !unified_.empty();
}

bool test_groups::counts_freezes_v2() const {
  return !unified_.empty() && fs::exists(unified_ / "cgroup.stat.local");
}

bool test_groups::can_limit_cpu() const {
  return !cpu_.empty();
}

bool test_groups::can_limit_memory() const {
  return !memory_.empty() && fs::exists(memory_ / "memory.oom_control");
}

std::string test_groups::why_not() const {
  return ::geteuid() == 0 ? "this host has no such control group" : "it needs root";
}

void test_groups::freeze_v1(bool frozen) const {
  if (!freezer_.empty())
    write_kernel_file(freezer_ / "freezer.state", frozen ? "FROZEN" : "THAWED");
}

void test_groups::freeze_v2(bool frozen) const {
  if (!unified_.empty())
    write_kernel_file(unified_ / "cgroup.freeze", frozen ? "1" : "0");
}

void test_groups::limit_cpu(bool limited) const {
  if (cpu_.empty())
    return;
  if (cpu_ == unified_) {
    write_kernel_file(cpu_ / "cpu.max", limited ? "1000 1000000" : "max 100000");
    return;
  }
  if (limited) {
    write_kernel_file(cpu_ / "cpu.cfs_period_us", "1000000");
    write_kernel_file(cpu_ / "cpu.cfs_quota_us", "1000");
  } else {
    write_kernel_file(cpu_ / "cpu.cfs_quota_us", "-1");
  }
}

void test_groups::limit_memory(bool limited) const {
  if (!can_limit_memory())
    return;
  if (limited) {
    write_kernel_file(memory_ / "memory.oom_control", "1"); // wait, do not kill
    const auto used = std::strtoull(read_kernel_file(memory_ / "memory.usage_in_bytes").c_str(), nullptr, 10);
    // As tight as it gets: the kernel refuses what it cannot reclaim.
    for (unsigned tenths = 9; tenths > 2; --tenths)
      if (!write_kernel_file(memory_ / "memory.limit_in_bytes", std::to_string(used / 10 * tenths)))
        break;
  } else {
    write_kernel_file(memory_ / "memory.limit_in_bytes", "-1");
    write_kernel_file(memory_ / "memory.oom_control", "0");
  }
}

bool outrank_everyone() {
  sched_param param{};
  param.sched_priority = 2;
  return ::sched_setscheduler(0, SCHED_FIFO, &param) == 0;
}

} // namespace pmactor
