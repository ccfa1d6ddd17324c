#include "app/selftest/inflict_pauses.hpp"

#include <array>
#include <libproc.h>
#include <sys/proc.h>

namespace pmactor {

std::vector<pid_t> children_of(pid_t parent) {
  std::array<pid_t, 256> found{};
  const int count = ::proc_listchildpids(parent, found.data(), static_cast<int>(sizeof found));
  return count > 0 ? std::vector<pid_t>(found.begin(), found.begin() + count) : std::vector<pid_t>{};
}

bool is_stopped(pid_t pid) {
  proc_bsdinfo info{};
  return ::proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &info, sizeof info) != sizeof info
         || info.pbi_status == SSTOP || info.pbi_status == SZOMB;
}

// macOS has no control groups, and none but the kernel outranks ordinary work.
test_groups::test_groups() = default;
test_groups::~test_groups() = default;

bool test_groups::can_freeze_v1() const {
  return false;
}

bool test_groups::can_freeze_v2() const {
  return false;
}

bool test_groups::counts_freezes_v2() const {
  return false;
}

bool test_groups::can_limit_cpu() const {
  return false;
}

bool test_groups::can_limit_memory() const {
  return false;
}

std::string test_groups::why_not() const {
  return "macOS has no control groups";
}

void test_groups::freeze_v1(bool) const {
}

void test_groups::freeze_v2(bool) const {
}

void test_groups::limit_cpu(bool) const {
}

void test_groups::limit_memory(bool) const {
}

bool outrank_everyone() {
  return false;
}

} // namespace pmactor
