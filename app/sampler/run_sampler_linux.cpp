#include "app/sampler/run_sampler.hpp"

#include "actors/host/file_limit.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/host/read_clock.hpp"
#include "app/sampler/find_next_slot.hpp"
#include "app/sampler/read_machine_linux.hpp"
#include "app/sampler/scan_processes_linux.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

volatile std::sig_atomic_t stop_requested = 0;

void on_stop(int) {
  stop_requested = 1;
}

/// The stop signals end the sampler only where it waits, in ppoll: none is lost and none tears a document.
class stop_signals {
public:
  stop_signals() {
    sigset_t blocked;
    sigemptyset(&blocked);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
      sigaddset(&blocked, signal);
    ::sigprocmask(SIG_BLOCK, &blocked, &while_waiting_);
    struct sigaction action {};
    action.sa_handler = on_stop;
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
      struct sigaction before {};
      ::sigaction(signal, nullptr, &before);
      if (signal == SIGHUP && before.sa_handler == SIG_IGN)
        continue; // nohup
      ::sigaction(signal, &action, nullptr);
      sigdelset(&while_waiting_, signal);
    }
    action.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &action, nullptr);
  }
  const sigset_t* while_waiting() const {
    return &while_waiting_;
  }

private:
  sigset_t while_waiting_{};
};

/// Who started us. When it ends we have no one to sample for.
class parent_watch {
public:
  parent_watch() : parent_{::getppid()} {
    if (parent_ > 1)
      handle_ = kept_file{static_cast<int>(::syscall(SYS_pidfd_open, parent_, 0))};
  }
  /// Becomes readable when the parent ends; negative if the kernel has no such handle.
  int fd() const {
    return handle_.fd();
  }
  bool gone() const {
    return parent_ > 1 && ::getppid() != parent_;
  }

private:
  pid_t parent_;
  kept_file handle_;
};

/// Standard output, written without ever blocking. A pipe or terminal is opened a second time for that, so
/// that other holders of it do not find it changed.
class output {
public:
  output() {
    constexpr int room = 256 << 10; // a document at a time, so that a late reader delays no sample
    struct stat facts {};
    ::fstat(STDOUT_FILENO, &facts);
    if (S_ISFIFO(facts.st_mode))
      ::fcntl(STDOUT_FILENO, F_SETPIPE_SZ, room);
    if (S_ISFIFO(facts.st_mode) || S_ISCHR(facts.st_mode))
      own_ = kept_file{::open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    else if (S_ISSOCK(facts.st_mode))
      socket_ = true;
    // A plain file needs neither: it never makes anyone wait for a reader.
  }
  /// @returns bytes taken, 0 if there is no room now, nothing if the reader is gone.
  std::optional<std::size_t> write(std::string_view text) const {
    const auto count
      = socket_ ? ::send(STDOUT_FILENO, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                : ::write(own_.is_open() ? own_.fd() : STDOUT_FILENO, text.data(), text.size());
    if (count >= 0)
      return static_cast<std::size_t>(count);
    if (errno == EAGAIN || errno == EINTR)
      return 0;
    if (errno == EPIPE || errno == ECONNRESET || errno == EIO) // EIO: the terminal hung up
      return std::nullopt;
    throw std::system_error(errno, std::generic_category(),
                            "cannot write the sample to standard output");
  }

private:
  kept_file own_;
  bool socket_ = false;
};

/// @returns how many files may be kept open for processes.
std::size_t files_for_processes() {
  constexpr std::size_t reserve = 128; // for the machine's own counters
  const auto most = raise_file_limit(most_files);
  return most > reserve ? most - reserve : 0;
}

class sampler_process {
public:
  sampler_process(const sampler_policy& policy, const window_writer& write, std::string_view separator)
    : policy_{policy}, write_{write}, separator_{separator}, machine_{"/"},
      processes_{"/", files_for_processes()}, facts_{machine_.read_facts()} {
    facts_.reader = ::getppid();
  }

  void run() {
    take(last_, nullptr);
    // What finding the sources took is not needed again.
    ::malloc_trim(0);
    auto due = last_.at.awake;
    for (std::uint64_t written = 0; policy_.count == 0 || written < policy_.count; ++written) {
      due = find_next_slot(due, read_clock(CLOCK_MONOTONIC), policy_.interval);
      if (!wait_until(due))
        return;
      take(now_, &last_);
      compute_window(last_, now_, facts_, policy_.window, window_);
      text_.clear();
      if (written > 0)
        text_ += separator_;
      write_(window_, facts_, text_);
      if (!write_out())
        return;
      std::swap(last_, now_);
      constexpr std::size_t ordinary = 1u << 20;
      if (text_.capacity() > ordinary)
        text_ = {}; // after a fork storm
    }
  }

private:
  void take(host_snapshot& x, const host_snapshot* before) {
    x.at = read_clocks();
    machine_.read(x.machine);
    scan_request request;
    request.at = x.at.total;
    request.forks = x.machine.forks;
    if (before) {
      // After a stall, and while a task waits for a disk, the sleepers matter too; and where samples
      // are rare, a turn of theirs would take too long.
      constexpr std::chrono::seconds rare{2};
      request.busy = busy_time(before->machine, x.machine, facts_.tick);
      request.all = policy_.interval >= rare || x.machine.blocked.value_or(1) > 0
                    || x.at.total - before->at.total >= policy_.interval * 3 / 2;
    }
    processes_.scan(request, x.processes);
  }

  /// Waits for *events* on the output, until *due* on the awake clock at most.
  /// @returns false if it is time to end.
  bool wait(short events, nanoseconds due) {
    const auto left = std::max(due - read_clock(CLOCK_MONOTONIC), nanoseconds::zero());
    const auto whole = std::chrono::floor<std::chrono::seconds>(left);
    const timespec timeout{static_cast<time_t>(whole.count()),
                           static_cast<long>((left - whole).count())};
    std::array<pollfd, 2> watched{{{STDOUT_FILENO, events, 0}, {parent_.fd(), POLLIN, 0}}};
    ::ppoll(watched.data(), watched.size(), &timeout, signals_.while_waiting());
    const bool reader_is_gone = (watched[0].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    return stop_requested == 0 && !reader_is_gone && watched[1].revents == 0 && !parent_.gone();
  }

  bool wait_until(nanoseconds due) {
    // Where no handle on the parent is to be had, it is asked for now and then.
    const nanoseconds step = parent_.fd() < 0 ? std::chrono::seconds{1} : std::chrono::hours{1};
    for (;;) {
      const auto now = read_clock(CLOCK_MONOTONIC);
      if (!wait(0, std::min(due, now + step)))
        return false;
      if (read_clock(CLOCK_MONOTONIC) >= due)
        return true;
    }
  }

  bool write_out() {
    std::string_view rest{text_};
    while (!rest.empty()) {
      const auto taken = output_.write(rest);
      if (!taken)
        return false;
      rest.remove_prefix(*taken);
      if (*taken == 0 && !wait(POLLOUT, read_clock(CLOCK_MONOTONIC) + std::chrono::seconds{1}))
        return false;
    }
    return true;
  }

  const sampler_policy& policy_;
  const window_writer& write_;
  std::string_view separator_;
  stop_signals signals_;
  parent_watch parent_;
  output output_;
  machine_reader machine_;
  process_scanner processes_;
  host_facts facts_;
  host_snapshot last_, now_;
  sample_window window_;
  std::string text_;
};

} // namespace

void run_sampler(const sampler_policy& policy, const window_writer& write, std::string_view separator) {
  sampler_process{policy, write, separator}.run();
}

} // namespace pmactor
