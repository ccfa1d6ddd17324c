#include "app/views/watch.hpp"

#include "app/views/escape.hpp"
#include "app/views/json_form.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

namespace pmactor {
namespace {

volatile std::sig_atomic_t wants_end = 0;
volatile std::sig_atomic_t wants_suspend = 0;

void on_signal(int number) {
  if (number == SIGTSTP)
    wants_suspend = 1;
  else if (number != SIGWINCH) // that one only has to end the waiting
    wants_end = 1;
}

/// Lets signals through only while we wait, so that a frame is never cut in two.
class signal_guard {
public:
  signal_guard() {
    wants_end = 0;
    wants_suspend = 0;
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigset_t ours;
    sigemptyset(&ours);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      sigaddset(&ours, numbers[i]);
      ::sigaction(numbers[i], &action, &before_[i]);
      if (before_[i].sa_handler == SIG_IGN) // as under nohup
        ::sigaction(numbers[i], &before_[i], nullptr);
    }
    ::sigprocmask(SIG_BLOCK, &ours, &mask_);
  }
  ~signal_guard() {
    for (std::size_t i = 0; i < numbers.size(); ++i)
      ::sigaction(numbers[i], &before_[i], nullptr);
    ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
  }
  signal_guard(const signal_guard&) = delete;
  signal_guard& operator=(const signal_guard&) = delete;

  /// The mask that lets them through.
  const sigset_t& open_mask() const {
    return mask_;
  }

private:
  static constexpr std::array numbers{SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH};
  std::array<struct sigaction, numbers.size()> before_{};
  sigset_t mask_{};
};

void put(std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(STDOUT_FILENO, text.data(), text.size());
    if (n < 0 && errno != EINTR) {
      wants_end = 1; // the reader has gone
      return;
    }
    text.remove_prefix(n < 0 ? 0 : static_cast<std::size_t>(n));
  }
}

/// The terminal while it is ours: a second screen, no cursor, keys as they come.
class screen {
public:
  screen() : is_terminal_(::isatty(STDOUT_FILENO) == 1) {
    // In the background the terminal's settings are another program's.
    has_keys_ = is_terminal_ && ::isatty(STDIN_FILENO) == 1
                && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp()
                && ::tcgetattr(STDIN_FILENO, &settings_) == 0;
    enter();
  }
  ~screen() {
    leave();
  }
  screen(const screen&) = delete;
  screen& operator=(const screen&) = delete;

  bool has_keys() const {
    return has_keys_;
  }

  /// Gives the terminal back, stops this process, and takes the terminal again when it goes on.
  void suspend(const sigset_t& open_mask) {
    leave();
    struct sigaction ours {
    }, usual{};
    usual.sa_handler = SIG_DFL;
    ::sigaction(SIGTSTP, &usual, &ours);
    ::raise(SIGTSTP);
    sigset_t blocked;
    ::sigprocmask(SIG_SETMASK, &open_mask, &blocked); // here we stop
    ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
    ::sigaction(SIGTSTP, &ours, nullptr);
    enter();
  }

  void show(const std::string& frame) const {
    if (!is_terminal_) {
      put(frame);
      return;
    }
    struct winsize size {};
    ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    const std::size_t height = size.ws_row > 0 ? size.ws_row : 24;
    std::string out = "\x1b[H";
    std::size_t lines = 0;
    for (std::string_view rest = frame; !rest.empty() && lines < height; ++lines) {
      const auto end = std::min(rest.find('\n'), rest.size());
      // No line feed behind the lowest line: it would scroll the highest away.
      out += lines == 0 ? "" : "\r\n";
      out += rest.substr(0, end);
      out += "\x1b[K";
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    put(out + "\x1b[J");
  }

private:
  void enter() {
    if (has_keys_) {
      auto raw = settings_;
      raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
      ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    }
    if (is_terminal_)
      put("\x1b[?1049h\x1b[?25l\x1b[?7l"); // second screen, no cursor, no line wrap
  }

  void leave() {
    if (is_terminal_)
      put("\x1b[?7h\x1b[?25h\x1b[?1049l");
    if (has_keys_)
      ::tcsetattr(STDIN_FILENO, TCSADRAIN, &settings_);
  }

  bool is_terminal_ = false;
  bool has_keys_ = false;
  struct termios settings_ {};
};

/// Waits for the period, a key or a signal.
/// @returns false if the user wants to end.
bool wait(std::chrono::nanoseconds period, const screen& terminal, const sigset_t& open_mask) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(period);
  struct timespec timeout {};
  timeout.tv_sec = static_cast<std::time_t>(seconds.count());
  timeout.tv_nsec = static_cast<long>((period - seconds).count());
  fd_set readable;
  FD_ZERO(&readable);
  if (terminal.has_keys())
    FD_SET(STDIN_FILENO, &readable);
  const int ready = ::pselect(STDIN_FILENO + 1, &readable, nullptr, nullptr, &timeout, &open_mask);
  if (ready > 0) {
    char key = 'q'; // as if pressed when the terminal is gone
    if (::read(STDIN_FILENO, &key, 1) < 0 && errno == EINTR)
      key = ' ';
    return key != 'q' && key != 'Q';
  }
  return wants_end == 0;
}

} // namespace

void watch(std::chrono::nanoseconds period,
           const std::function<std::string(const text_style&)>& make_frame) {
  const signal_guard signals;
  screen terminal;
  for (;;) {
    terminal.show(make_frame(style_of(STDOUT_FILENO)));
    if (wants_end != 0 || !wait(period, terminal, signals.open_mask()))
      return;
    if (wants_suspend != 0) {
      wants_suspend = 0;
      terminal.suspend(signals.open_mask());
    }
  }
}

int watch_daemon(const std::string& command, std::chrono::nanoseconds period, bool in_json,
                 int exit_unknown,
                 const std::function<daemon_look(const text_style&, bool is_terminal)>& look) {
  int code = exit_unknown;
  const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
  watch(period, [&](const text_style& style) -> std::string {
    try {
      const auto seen = look(style, is_terminal);
      code = seen.exit_code;
      if (!seen.head_at)
        return seen.text;
      const auto now = std::chrono::duration_cast<std::chrono::seconds>(*seen.head_at).count();
      const auto head = "pmactor " + command + ", every " + to_words(period) + ", "
                        + local_time(now, now) + (is_terminal ? "; q quits" : "");
      return painted(spelled(head, style), paint::dim, style) + "\n\n" + seen.text
             + (is_terminal ? "" : "\n");
    } catch (const std::exception& e) {
      code = exit_unknown;
      return in_json && !is_terminal ? dumped({{"error", e.what()}}, false) + '\n'
                                     : "pmactor " + command + ": " + escaped(e.what()) + '\n';
    }
  });
  return code;
}

} // namespace pmactor
