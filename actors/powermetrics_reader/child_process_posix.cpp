#include "actors/powermetrics_reader/child_process.hpp"

#include "actors/powermetrics_reader/collect_output.hpp"
#include "actors/host/every_signal_blocked.hpp"
#include "actors/host/left_behind.hpp"
#include "actors/host/name_thread.hpp"
#include "actors/host/owned_pipe.hpp"
#include "actors/host/process_facts.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace pmactor {
namespace {

using namespace std::chrono_literals;

left_behind orphans;

pid_t spawn(const std::vector<std::string>& command, int out, int err) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t how;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&how);
  ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, out, 1);
  ::posix_spawn_file_actions_adddup2(&files, err, 2);
  // The daemon blocks the signals that it waits for; a child with that mask would not hear them.
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  ::posix_spawnattr_setsigmask(&how, &none);
  ::posix_spawnattr_setsigdefault(&how, &all);
  ::posix_spawnattr_setpgroup(&how, 0);
  ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
                                     | POSIX_SPAWN_SETPGROUP);
  std::vector<char*> arguments;
  for (const auto& x : command)
    arguments.push_back(const_cast<char*>(x.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const auto problem = ::posix_spawnp(&pid, arguments[0], &files, &how, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&how);
  if (problem != 0)
    throw std::system_error(problem, std::generic_category(), "cannot start " + command[0]);
  return pid;
}

class child_process final : public sampler_child {
public:
  child_process(const std::vector<std::string>& command, std::shared_ptr<child_output> output)
    : output_(std::move(output)) {
    orphans.reap();
    auto out = open_pipe();
    auto err = open_pipe();
    wake_ = open_pipe();
    widen_pipe(out);
    // The read ends are ours alone, so that this does not show at the child's.
    for (const auto* end : {&out.read, &err.read, &wake_.read})
      (void)::fcntl(end->get(), F_SETFL, O_NONBLOCK);
    out_ = std::move(out.read);
    err_ = std::move(err.read);
    pid_ = spawn(command, out.write.get(), err.write.get());
    // With these open, the pump would never see the end of what the child writes.
    out.write.reset();
    err.write.reset();
    try {
      const every_signal_blocked guard;
      pump_ = std::thread{[this] { pump(); }};
    } catch (...) {
      signal(SIGKILL);
      orphans.add(pid_);
      throw;
    }
  }

  ~child_process() override {
    signal(SIGKILL);
    is_over_ = true;
    wake();
    pump_.join();
  }

  std::int64_t pid() const override {
    return pid_;
  }

  void terminate() override {
    signal(SIGTERM);
    signal(SIGCONT); // a stopped process hears no other signal before this one
  }

  void kill() override {
    signal(SIGKILL);
  }

private:
  /// Who says more waits for the next second: its last words matter, not how many.
  static constexpr std::size_t stderr_per_second = std::size_t{64} << 10;

  /// Milliseconds until it looks at a silent child: a little more than a second, in which one speaks.
  static constexpr int unasked = 1250;

  /// Signals the whole group: what is started by way of sudo or a shell is more than one process.
  void signal(int number) {
    std::lock_guard guard{reaping_};
    if (is_reaped_) // the pid may be another's by now
      return;
    if (::kill(-pid_, number) == 0 || errno != EPERM)
      return;
    // A child that sudo made root's. sudo itself hears us and passes on what it can; killed, it would part
    // from its child. That ends by itself when it finds that nobody reads.
    const bool by_force = number == SIGKILL;
    if (::kill(pid_, by_force ? SIGTERM : number) == 0 && !by_force)
      return;
    is_let_go_ = true;
    wake();
  }

  void wake() {
    (void)!::write(wake_.write.get(), "", 1);
  }

  // ---- on the pump's thread

  void pump() {
    name_thread("pm-child-pump");
    auto second = read_clocks().awake;
    std::size_t said = 0; // bytes of standard error within this second
    int waits = 0;        // since the end of its standard output
    while (!is_over_) {
      const bool too_loud = said >= stderr_per_second;
      std::array<pollfd, 3> watched{{{wake_.read.get(), POLLIN, 0},
                                     {out_.get(), POLLIN, 0},
                                     {too_loud ? -1 : err_.get(), POLLIN, 0}}};
      ::poll(watched.data(), watched.size(), out_.get() < 0 ? 20 : too_loud ? 250 : unasked);
      if (watched[0].revents != 0) {
        std::array<char, 64> bytes;
        (void)!::read(wake_.read.get(), bytes.data(), bytes.size());
        if (is_let_go_) {
          out_.reset();
          err_.reset();
        }
      }
      if (watched[1].revents != 0)
        read_output();
      if (watched[2].revents != 0)
        said += read_errors();
      if (const auto now = read_clocks().awake; now - second >= 1s) {
        second = now;
        said = 0;
      }
      orphans.reap();
      if (look_at_child())
        return;
      if (out_.get() < 0 && ++waits == 10)
        output_->closed();
    }
    for (auto patience = 1ms; patience <= 64ms; patience *= 2) {
      if (look_at_child())
        return;
      std::this_thread::sleep_for(patience);
    }
    std::lock_guard guard{reaping_};
    is_reaped_ = true;
    orphans.add(pid_);
  }

  /// @returns whether there may be more.
  bool read_output() {
    const auto room = output_->room();
    const auto count = ::read(out_.get(), room.data(), room.size());
    if (count > 0) {
      output_->arrived(static_cast<std::size_t>(count), read_clocks());
      return true;
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR))
      out_.reset();
    return false;
  }

  /// @returns how many bytes it read.
  std::size_t read_errors() {
    std::array<char, 4096> bytes;
    const auto count = ::read(err_.get(), bytes.data(), bytes.size());
    if (count > 0) {
      output_->said({bytes.data(), static_cast<std::size_t>(count)});
      return static_cast<std::size_t>(count);
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR))
      err_.reset();
    return 0;
  }

  /// Tells what became of the child. @returns whether it is reaped.
  bool look_at_child() {
    for (;;) {
      siginfo_t what{};
      if (::waitid(P_PID, static_cast<id_t>(pid_), &what,
                   WEXITED | WSTOPPED | WCONTINUED | WNOHANG | WNOWAIT)
            != 0
          || what.si_pid == 0)
        return false;
      if (what.si_code == CLD_STOPPED || what.si_code == CLD_TRAPPED || what.si_code == CLD_CONTINUED) {
        const auto kind = what.si_code == CLD_CONTINUED ? WCONTINUED : WSTOPPED;
        siginfo_t taken{};
        (void)::waitid(P_PID, static_cast<id_t>(pid_), &taken, kind | WNOHANG);
        if (kind == WCONTINUED)
          output_->continued();
        else
          output_->stopped(what.si_status);
        continue;
      }
      reap(what);
      return true;
    }
  }

  void reap(const siginfo_t& how) {
    // What it left in the pipes, of which nobody else's bytes may keep us for ever.
    for (int i = 0; i < 64 && out_.get() >= 0 && read_output(); ++i) {
    }
    for (int i = 0; i < 16 && err_.get() >= 0 && read_errors() > 0; ++i) {
    }
    {
      std::lock_guard guard{reaping_};
      // Not yet reaped, it still keeps its group's number from being another's: whoever it started goes too.
      ::kill(-pid_, SIGKILL);
      int status = 0;
      (void)::waitpid(pid_, &status, 0);
      is_reaped_ = true;
    }
    out_.reset();
    err_.reset();
    output_->ended({how.si_code != CLD_EXITED, how.si_status});
  }

  std::shared_ptr<child_output> output_;
  owned_descriptor out_, err_;
  owned_pipe wake_;
  pid_t pid_ = -1;
  std::mutex reaping_; ///< Between signalling and reaping.
  bool is_reaped_ = false;
  std::atomic<bool> is_over_{false};
  std::atomic<bool> is_let_go_{false};
  std::thread pump_;
};

} // namespace

std::unique_ptr<sampler_child> start_child_process(const std::vector<std::string>& command,
                                                   std::shared_ptr<child_output> output) {
  return std::make_unique<child_process>(command, std::move(output));
}

} // namespace pmactor
