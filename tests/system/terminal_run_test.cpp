#define CAF_SUITE terminal_run

#include "support/daemon.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __APPLE__
#include <util.h>
#else
#include <pty.h>
#endif

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// `pmactor run` in a terminal.
struct run_in_terminal {
  test_home home;
  pid_t pid = -1;
  int keyboard = -1;

  run_in_terminal() {
    const auto data = home.data.string();
    pid = ::forkpty(&keyboard, nullptr, nullptr, nullptr);
    if (pid == 0) {
      ::execl(PMACTOR_PROGRAM, PMACTOR_PROGRAM, "run", "--data", data.c_str(), nullptr);
      ::_exit(127);
    }
  }
  ~run_in_terminal() {
    if (pid > 0) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
    ::close(keyboard);
  }
  /// Reads the screen until it holds this.
  bool shows(const std::string& words) {
    std::string screen;
    char c = 0;
    while (screen.find(words) == std::string::npos && ::read(keyboard, &c, 1) == 1)
      screen += c;
    return screen.find(words) != std::string::npos;
  }
  void type(char c) const {
    CAF_REQUIRE_EQUAL(::write(keyboard, &c, 1), 1);
  }
  /// @returns the exit status once it has ended; nothing if it does not within 10 s.
  std::optional<int> end() {
    int status = 0;
    if (!soon([&] { return ::waitpid(pid, &status, WNOHANG) == pid; }, 10s))
      return std::nullopt;
    pid = -1;
    return status;
  }
};

} // namespace

CAF_TEST(the terminal shows what the log holds and Ctrl C ends the daemon) {
  run_in_terminal run;
  CAF_REQUIRE(run.shows("database-opened: "));
  run.type('\x03');
  CAF_CHECK(run.shows("daemon-stopped: "));
  const auto status = run.end();
  CAF_REQUIRE(status);
  CAF_CHECK_EQUAL(*status, 0);
}

CAF_TEST(the line of the status stays one line in a narrow terminal) {
  run_in_terminal run;
  CAF_REQUIRE(run.shows("database-opened: "));
  const auto data = run.home.data.string();
  CAF_REQUIRE(soon([&] { return run_program({"status", "--data", data}).exit_code == 0; }, 15s));
  const auto whole = run_program({"status", "--line", "--data", data}).out;
  CAF_CHECK_GREATER(whole.size(), 40u); // to a file it is whole
  winsize narrow{};
  narrow.ws_row = 24;
  narrow.ws_col = 40;
  int screen = -1;
  const auto pid = ::forkpty(&screen, nullptr, nullptr, &narrow);
  if (pid == 0) {
    ::setenv("LC_ALL", "C", 1); // a letter is a byte then
    ::execl(PMACTOR_PROGRAM, PMACTOR_PROGRAM, "status", "--line", "--data", data.c_str(), nullptr);
    ::_exit(127);
  }
  std::string shown;
  char c = 0;
  while (::read(screen, &c, 1) == 1)
    shown += c;
  ::close(screen);
  ::waitpid(pid, nullptr, 0);
  CAF_MESSAGE(shown);
  const auto end = shown.find("\r\n");
  CAF_CHECK_EQUAL(end + 2, shown.size());
  CAF_CHECK(end > 20 && end <= 40);
}

CAF_TEST(a terminal that was halted does not hold up the end) {
  run_in_terminal run;
  CAF_REQUIRE(run.shows("database-opened: "));
  run.type('\x13'); // Ctrl-S
  const auto began = std::chrono::steady_clock::now();
  ::kill(run.pid, SIGTERM);
  const auto status = run.end();
  CAF_REQUIRE(status);
  CAF_CHECK_EQUAL(*status, 0);
  CAF_CHECK(std::chrono::steady_clock::now() - began < 1s);
}
