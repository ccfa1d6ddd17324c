#include "actors/host/run_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::size_t longest_input = 32768; ///< Fits into a pipe, so that writing it never waits.
constexpr auto closed_after = 200ms; ///< A process that ends closes its output a moment before.
/// To look again whether a sink has room, or whether a process has ended where nothing wakes us.
constexpr auto pause_period = 250ms, blind_period = 20ms;

nanoseconds steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

void make_nonblocking(int fd) {
  // Our end alone: the other one has a description of its own.
  (void)::fcntl(fd, F_SETFL, O_NONBLOCK);
}

void drain(int fd) {
  std::array<char, 64> bytes;
  while (::read(fd, bytes.data(), bytes.size()) > 0) {
  }
}

} // namespace

cancellation::cancellation() : wake_{open_pipe()} {
  make_nonblocking(wake_.read.get());
  make_nonblocking(wake_.write.get());
}

void cancellation::stop() {
  std::lock_guard guard{mutex_};
  stopped_ = true;
  (void)!::write(wake_.write.get(), "", 1);
}

void cancellation::kill() {
  std::lock_guard guard{mutex_};
  stopped_ = killed_ = true;
  if (running_ != nullptr)
    (void)running_->signal(SIGKILL);
  (void)!::write(wake_.write.get(), "", 1);
}

bool cancellation::is_requested() const {
  std::lock_guard guard{mutex_};
  return stopped_;
}

/// One process, on the thread that waits for it.
class process_run {
public:
  process_run(process_order& order, run_terms& terms, cancellation& cancel)
    : terms_(terms), cancel_(cancel) {
    auto in = open_pipe(), out = open_pipe(), err = open_pipe();
    widen_pipe(out);
    order.in = terms.input.empty() ? process_order::nothing : in.read.get();
    order.out = terms.out.room ? out.write.get() : process_order::nothing;
    order.err = terms.err.room ? err.write.get() : order.out;
    make_nonblocking(in.write.get());
    // While we hold both ends, a program that reads nothing is no broken pipe.
    (void)!::write(in.write.get(), terms.input.data(), std::min(terms.input.size(), longest_input));
    for (const auto* pipe : {&out, &err})
      make_nonblocking(pipe->read.get());
    if (terms.out.room)
      out_ = std::move(out.read);
    if (terms.err.room)
      err_ = std::move(err.read);
    if (cancel.is_requested())
      return;
    process_.emplace(order);
    std::lock_guard guard{cancel.mutex_};
    cancel.running_ = &*process_;
  }

  ~process_run() {
    std::lock_guard guard{cancel_.mutex_};
    cancel_.running_ = nullptr;
  }

  run_end run() {
    run_end result;
    if (!process_) {
      result.what = process_exit::how::not_started;
      result.number = ECANCELED;
      result.cancelled = true;
      return result;
    }
    std::optional<process_exit> end;
    while (!end) {
      wait_for_news();
      note_begin();
      read(out_, terms_.out, 1);
      read(err_, terms_.err, 1);
      if (out_.get() < 0 && !closed_at_)
        closed_at_ = steady_now();
      note_stops();
      end = process_->look();
      if (!end)
        end = keep_limits();
    }
    // What it left in the pipes, of which another holder's bytes may not keep us for ever.
    read(out_, terms_.out, 64);
    read(err_, terms_.err, 16);
    static_cast<process_exit&>(result) = *end;
    result.timed_out = timed_out_;
    result.refused = refused_;
    result.cancelled = cancel_.is_requested();
    result.begun = begun_;
    result.took = steady_now() - started_;
    result.failure = failure_;
    return result;
  }

private:
  bool has_room(const owned_descriptor& fd, const byte_sink& sink) {
    return fd.get() >= 0 && !failure_ && !sink.room().empty();
  }

  void wait_for_news() {
    const bool out = has_room(out_, terms_.out), err = has_room(err_, terms_.err);
    std::array<pollfd, 5> watched{{{cancel_.wake_.read.get(), POLLIN, 0},
                                   {process_->begun_fd(), POLLIN, 0},
                                   {process_->end_fd(), POLLIN, 0},
                                   {out ? out_.get() : -1, POLLIN, 0},
                                   {err ? err_.get() : -1, POLLIN, 0}}};
    auto patience = terms_.look_period;
    const auto at_most = [&](nanoseconds x) { patience = std::clamp<nanoseconds>(x, 0ns, patience); };
    const auto now = steady_now();
    const bool is_paused = (!out && out_.get() >= 0) || (!err && err_.get() >= 0);
    if (is_paused)
      at_most(pause_period);
    if (process_->end_fd() < 0 && (is_paused || out_.get() < 0 || asked_))
      at_most(blind_period);
    if (forced_)
      at_most(*forced_ + terms_.patience - now);
    else if (asked_ && terms_.grace != run_terms::unlimited)
      at_most(*asked_ + terms_.grace - now);
    else if (!asked_ && terms_.limit != run_terms::unlimited)
      at_most(started_ + terms_.limit - now);
    if (closed_at_ && terms_.closed && !closed_)
      at_most(*closed_at_ + closed_after - now);
    (void)::poll(watched.data(), watched.size(),
                 static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(patience).count()));
    if (watched[0].revents != 0)
      drain(cancel_.wake_.read.get());
  }

  /// Calls a function of the terms. What it throws ends the process.
  template <class F>
  void call(F f) {
    try {
      f();
    } catch (...) {
      failure_ = failure_ ? failure_ : std::current_exception();
    }
  }

  void note_begin() {
    if (begun_ || !process_->is_begun())
      return;
    begun_ = true;
    if (terms_.begun)
      call([this] { terms_.begun(process_->pid()); });
  }

  void read(owned_descriptor& fd, const byte_sink& sink, int times) {
    for (; times > 0 && has_room(fd, sink); --times) {
      const auto room = sink.room();
      const auto count = ::read(fd.get(), room.data(), room.size());
      if (count <= 0) {
        if (count == 0 || (errno != EAGAIN && errno != EINTR))
          fd.reset();
        return;
      }
      call([&] { sink.arrived(static_cast<std::size_t>(count)); });
    }
  }

  /// What a shell calls job control: the process was stopped, or goes on.
  void note_stops() {
    if (!terms_.stopped)
      return;
    siginfo_t what{};
    const auto pid = static_cast<id_t>(process_->pid());
    while (::waitid(P_PID, pid, &what, WSTOPPED | WCONTINUED | WNOHANG) == 0 && what.si_pid != 0) {
      const bool goes_on = what.si_code == CLD_CONTINUED;
      const int signal = what.si_status;
      call([&] { goes_on ? terms_.continued() : terms_.stopped(signal); });
      what = {};
    }
  }

  /// @returns the end of a process that is left behind.
  std::optional<process_exit> keep_limits() {
    const auto now = steady_now();
    if (terms_.looked && now - looked_ >= terms_.look_period) {
      looked_ = now;
      call([this] { refused_ = !terms_.looked() || refused_; });
    }
    if (terms_.closed && closed_at_ && now - *closed_at_ >= closed_after && !std::exchange(closed_, true))
      call([this] { terms_.closed(); });
    timed_out_ = timed_out_ || (!asked_ && terms_.limit != run_terms::unlimited
                                && now - started_ >= terms_.limit);
    if (!asked_ && (timed_out_ || refused_ || failure_ || cancel_.is_requested())) {
      asked_ = now;
      (void)process_->signal(SIGTERM);
      (void)process_->signal(SIGCONT); // a stopped process receives no other signal before this one
    }
    const bool is_killed = [this] {
      std::lock_guard guard{cancel_.mutex_};
      return cancel_.killed_;
    }();
    const bool no_more_grace
      = asked_ && terms_.grace != run_terms::unlimited && now - *asked_ >= terms_.grace;
    if (!forced_ && (is_killed || no_more_grace)) {
      forced_ = now;
      if (!process_->signal(SIGKILL)) {
        // Another user's by now, it ends by itself when it finds that none reads what it writes.
        out_.reset();
        err_.reset();
      }
    }
    if (!forced_ || now - *forced_ < terms_.patience)
      return std::nullopt;
    process_->leave_behind();
    return process_exit{process_exit::how::left_behind, SIGKILL, {}};
  }

  run_terms& terms_;
  cancellation& cancel_;
  owned_descriptor out_, err_;
  std::optional<running_process> process_;
  const nanoseconds started_ = steady_now();
  nanoseconds looked_ = started_;
  std::optional<nanoseconds> closed_at_, asked_, forced_;
  bool begun_ = false, closed_ = false, timed_out_ = false, refused_ = false;
  std::exception_ptr failure_;
};

run_end run_process(process_order order, run_terms terms, cancellation& cancel) {
  return process_run{order, terms, cancel}.run();
}

} // namespace pmactor
