#include "app/selftest/rest.hpp"

#include "actors/host/process_facts.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

namespace pmactor {
namespace {

std::atomic<int> interrupted{0};
extern "C" void on_interrupt(int signal) {
  interrupted.store(signal);
}

} // namespace

void note_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    ::sigaction(signal, &action, nullptr);
}

void rest(std::chrono::nanoseconds length) {
  constexpr std::chrono::nanoseconds piece = std::chrono::milliseconds{20};
  const auto until = read_clocks().awake + length;
  for (auto now = read_clocks().awake; now < until; now = read_clocks().awake) {
    if (const int signal = interrupted.load(); signal != 0)
      throw selftest_interrupted{signal};
    std::this_thread::sleep_for(std::min(until - now, piece));
  }
}

} // namespace pmactor
