#include "actors/clock_sampler/count_continues.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

namespace pmactor {
namespace {

std::atomic<std::uint64_t> continues{0};
std::atomic<std::int64_t> continued_by{0};
std::atomic<std::int64_t> continued_by_user{0};
/// The sender's command, eight letters each.
std::array<std::atomic<std::uint64_t>, 2> continued_by_name{};
std::atomic<bool> watching{false};

using command_name = std::array<char, 16>;

bool is_from_process(const siginfo_t& x) {
#ifdef __linux__
  return x.si_code == SI_USER || x.si_code == SI_QUEUE || x.si_code == SI_TKILL;
#else
  (void)x;
  return true;
#endif
}

/// Looks up what the process is called, at once: a `kill` is gone before the next beat. Runs in a
/// signal handler, so it calls nothing that may not be called there.
command_name name_of([[maybe_unused]] std::int64_t process) {
  command_name result{};
#ifdef __linux__
  std::array<char, 40> path{"/proc/"};
  auto* end = std::to_chars(path.data() + 6, path.data() + 30, process).ptr; // the rest is zeros
  for (const char c : {'/', 'c', 'o', 'm', 'm'})
    *end++ = c;
  const int file = ::open(path.data(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return result;
  const auto size = ::read(file, result.data(), result.size() - 1);
  ::close(file);
  for (std::size_t i = 0; i < result.size(); ++i) { // foreign bytes, and what is behind them
    auto& letter = result[i];
    letter = static_cast<ssize_t>(i) >= size || letter == '\n' ? '\0'
             : letter >= ' ' && letter <= '~'                  ? letter
                                                               : '_';
  }
#endif
  return result;
}

extern "C" void on_continue(int, siginfo_t* info, void*) {
  const int keep = errno;
  const bool has_sender = info != nullptr && is_from_process(*info);
  continued_by.store(has_sender ? info->si_pid : 0, std::memory_order_relaxed);
  continued_by_user.store(has_sender ? info->si_uid : 0, std::memory_order_relaxed);
  const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(has_sender ? name_of(info->si_pid)
                                                                             : command_name{});
  for (std::size_t i = 0; i < halves.size(); ++i)
    continued_by_name[i].store(halves[i], std::memory_order_relaxed);
  continues.fetch_add(1, std::memory_order_release);
  errno = keep;
}

void change_mask(int how) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCONT);
  ::pthread_sigmask(how, &set, nullptr);
}

} // namespace

void watch_continues() {
  change_mask(SIG_BLOCK);
  if (watching.exchange(true))
    return;
  struct sigaction action {};
  action.sa_sigaction = on_continue;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  if (::sigaction(SIGCONT, &action, nullptr) != 0)
    watching.store(false);
}

bool is_watching_continues() {
  return watching.load(std::memory_order_relaxed);
}

void receive_continues() {
  change_mask(SIG_UNBLOCK);
}

void read_continues(beat_counters& x) {
  if (!is_watching_continues())
    return;
  // The count first: the sender is that of this signal or of a later one.
  x.continues = continues.load(std::memory_order_acquire);
  x.continued_by = continued_by.load(std::memory_order_relaxed);
  x.continued_by_user = continued_by_user.load(std::memory_order_relaxed);
  x.continued_by_name =
    std::bit_cast<command_name>(std::array{continued_by_name[0].load(std::memory_order_relaxed),
                                           continued_by_name[1].load(std::memory_order_relaxed)});
}

} // namespace pmactor
