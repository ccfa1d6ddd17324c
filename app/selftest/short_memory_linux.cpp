#include "app/selftest/stall_source.hpp"

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/parse_process.hpp"
#include "actors/host/start_process.hpp"
#include "app/selftest/cleanup_guard_linux.hpp"
#include "app/selftest/control_group_linux.hpp"
#include "app/selftest/rest.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

bool sleeps_uninterruptibly(pid_t pid) {
  const auto stat = parse_process_stat(read_kernel_file("/proc/" + std::to_string(pid) + "/stat"));
  return stat && stat->state == 'D';
}

/// A group in which a program wants more memory than there is: the kernel has it wait for some, and kills none.
class short_memory final : public stall_source {
public:
  short_memory() {
    const fs::path root = "/sys/fs/cgroup";
    std::error_code failed;
    is_old_ = fs::exists(root / "memory" / "memory.limit_in_bytes", failed);
    group_ = make_group(is_old_ ? root / "memory" : root, "memory-");
    if (group_.empty() || !fs::exists(group_ / (is_old_ ? "memory.oom_control" : "memory.high"), failed)) {
      remove_group(group_);
      throw std::runtime_error{"this host has no control group with a limit of memory"};
    }
    guard_ = std::make_unique<cleanup_guard>("sleep 1; rmdir \"$1\"", group_.string());
  }
  ~short_memory() override {
    end_program();
    remove_group(group_);
  }

  void hold(bool held) override {
    if (held)
      start_program();
    else
      end_program();
  }

private:
  /// @returns once it waits.
  void start_program() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      throw std::system_error{errno, std::generic_category(), "pipe2"};
    const owned_descriptor waits{ends[0]};
    owned_descriptor held_back{ends[1]};
    process_order order;
    // Nowhere does it get large: where the limit does not hold it, its own does.
    order.command = {"/bin/sh", "-c", "ulimit -v 262144; read -r nothing; x=xxxxxxxx; while :; do x=$x$x; done"};
    order.environment = own_environment();
    order.in = waits.get();
    order.groups = {(group_ / "cgroup.procs").string()};
    order.ends_with_us = true;
    program_ = std::make_unique<running_process>(order);
    wait_until([this] { return program_->is_begun(); });
    if (is_old_) {
      write_kernel_file(group_ / "memory.oom_control", "1"); // wait, do not kill
      write_kernel_file(group_ / "memory.limit_in_bytes", "4M");
    } else { // each page more is waited for, for up to two seconds
      write_kernel_file(group_ / "memory.swap.max", "0");
      write_kernel_file(group_ / "memory.high", "0");
    }
    held_back.reset();
    wait_until([this] { return sleeps_uninterruptibly(program_->pid()); });
  }

  void end_program() {
    if (!program_)
      return;
    program_->signal(SIGKILL); // ends that wait as well
    program_->wait();
    program_.reset();
    if (is_old_) {
      write_kernel_file(group_ / "memory.limit_in_bytes", "-1");
      write_kernel_file(group_ / "memory.oom_control", "0");
    } else {
      write_kernel_file(group_ / "memory.high", "max");
    }
  }

  template <class Condition>
  static void wait_until(Condition is_met) {
    for (int i = 0; i < 100 && !is_met(); ++i)
      rest(10ms);
  }

  fs::path group_;
  bool is_old_ = false; ///< Of cgroup v1.
  std::unique_ptr<cleanup_guard> guard_;
  std::unique_ptr<running_process> program_;
};

} // namespace

std::unique_ptr<stall_source> make_short_memory(const fs::path&) {
  if (::geteuid() != 0)
    throw std::runtime_error{"it needs root"};
  return std::make_unique<short_memory>();
}

} // namespace pmactor
