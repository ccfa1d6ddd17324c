#include "app/selftest/stall_source.hpp"

#include "actors/host/start_process.hpp"
#include "app/selftest/inflict_pauses.hpp"
#include "app/selftest/rest.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <sched.h>
#include <stdexcept>
#include <sys/resource.h>
#include <vector>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

// Whatever becomes of us, the kernel ends each by itself: after so much real-time work without a rest, and after so
// long. Beside that each dies with us.
constexpr rlim_t most_work_us = 2'500'000;
constexpr auto longest = 4s;

/// A process on each CPU that outranks all ordinary work. We outrank it.
class realtime_hogs final : public stall_source {
public:
  realtime_hogs() {
    ::sched_getaffinity(0, sizeof allowed_, &allowed_);
    // What is refused is refused here, and not halfway through the test.
    start(first_cpu());
    const bool may = outrank_everyone() && promote(*hogs_.front());
    const int problem = errno;
    end();
    if (!may)
      refuse(problem);
  }
  ~realtime_hogs() override {
    end();
  }

  void hold(bool held) override {
    if (!held)
      return end();
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
      if (CPU_ISSET(cpu, &allowed_))
        start(cpu);
    bool may = outrank_everyone(); // or there were none left to end them in time
    for (const auto& hog : hogs_)
      may = may && promote(*hog);
    const int problem = errno;
    if (may)
      return;
    end();
    refuse(problem);
  }

private:
  [[noreturn]] static void refuse(int problem) {
    throw std::runtime_error{std::string{"real-time priority is refused ("} + std::strerror(problem) + ')'};
  }

  int first_cpu() const {
    int cpu = 0;
    while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &allowed_))
      ++cpu;
    return cpu;
  }

  void start(int cpu) {
    process_order order;
    order.command = {"/bin/sh", "-c", "while :; do :; done"};
    order.environment = own_environment();
    order.ends_with_us = true;
    order.alarm = longest;
    auto& hog = hogs_.emplace_back(std::make_unique<running_process>(order));
    for (int i = 0; i < 100 && !hog->is_begun(); ++i) // until then its priority is still to be set back
      rest(10ms);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    ::sched_setaffinity(hog->pid(), sizeof one, &one);
    const rlimit most{most_work_us, most_work_us};
    ::prlimit(hog->pid(), RLIMIT_RTTIME, &most, nullptr);
  }

  static bool promote(const running_process& hog) {
    sched_param param{};
    param.sched_priority = 1;
    return ::sched_setscheduler(hog.pid(), SCHED_FIFO, &param) == 0;
  }

  void end() {
    for (auto& hog : hogs_)
      hog->signal(SIGKILL);
    for (auto& hog : hogs_)
      hog->wait();
    hogs_.clear();
    const sched_param ordinary{};
    ::sched_setscheduler(0, SCHED_OTHER, &ordinary);
  }

  cpu_set_t allowed_{};
  std::vector<std::unique_ptr<running_process>> hogs_;
};

} // namespace

std::unique_ptr<stall_source> make_realtime_hogs(const std::filesystem::path&) {
  return std::make_unique<realtime_hogs>();
}

} // namespace pmactor
