#define CAF_SUITE readiness

#include "app/instance/readiness.hpp"

#include "support/temporary_folder.hpp"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// Listens as a service manager does.
struct fixture {
  temporary_folder folder;
  progress now;
  int manager = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

  fixture() {
    struct sockaddr_un address {};
    address.sun_family = AF_UNIX;
    const auto name = (folder.path / "notify").string();
    std::strncpy(address.sun_path, name.c_str(), sizeof address.sun_path - 1);
    CAF_REQUIRE_EQUAL(
      ::bind(manager, reinterpret_cast<const struct sockaddr*>(&address), sizeof address), 0);
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
    ::unsetenv(ready_variable);
  }
  ~fixture() {
    ::close(manager);
  }

  std::string received() const {
    std::string result;
    char room[512];
    for (;;) {
      const auto n = ::recv(manager, room, sizeof room, 0);
      if (n <= 0)
        return result;
      result.append(room, static_cast<std::size_t>(n));
    }
  }
  std::filesystem::path words() const {
    return folder.path / "words";
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(ready is reported once and only after the first sample) {
  readiness report{words()};
  CAF_CHECK(std::getenv("NOTIFY_SOCKET") == nullptr);
  report.on_pulse(now);
  CAF_CHECK_EQUAL(received(), "STATUS=0 samples stored\n");
  report.on_pulse(now);
  CAF_CHECK_EQUAL(received(), "");
  now.samples_stored = 1;
  report.on_pulse(now);
  CAF_CHECK_EQUAL(received(), "READY=1\nSTATUS=1 samples stored\n");
  report.on_pulse(now);
  CAF_CHECK_EQUAL(received(), "");
  report.stopping();
  CAF_CHECK_EQUAL(received(), "STOPPING=1\n");
}

CAF_TEST(ready waits until it is stored how the run before ended but not for ever) {
  now.samples_stored = 1;
  now.is_past_stored = false;
  {
    readiness report{words()};
    report.on_pulse(now);
    CAF_CHECK_EQUAL(received(), "STATUS=1 samples stored\n");
    now.is_past_stored = true;
    report.on_pulse(now);
    CAF_CHECK_EQUAL(received(), "READY=1\n");
  }
  ::setenv("NOTIFY_SOCKET", (folder.path / "notify").c_str(), 1);
  readiness report{words()};
  now.is_past_stored = false;
  for (int i = 0; i < 3; ++i)
    report.on_pulse(now);
  CAF_CHECK_EQUAL(received(), "STATUS=1 samples stored\n");
  report.on_pulse(now);
  CAF_CHECK_EQUAL(received(), "READY=1\n");
}

CAF_TEST(the watchdog receives a healthy core only) {
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  readiness report{words()};
  report.on_pulse(now);
  CAF_CHECK(received().find("WATCHDOG=1") != std::string::npos);
  now.longest_hang = 50s;
  report.on_pulse(now);
  CAF_CHECK(received().find("WATCHDOG=1") != std::string::npos);
  now.longest_hang = 51s;
  report.on_pulse(now);
  CAF_CHECK(received().find("WATCHDOG=1") == std::string::npos);
}

CAF_TEST(a watchdog of another process is not ours) {
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  readiness report{words()};
  report.on_pulse(now);
  CAF_CHECK(received().find("WATCHDOG=1") == std::string::npos);
}

CAF_TEST(what is missed or degraded is in the status) {
  now.samples_stored = 12;
  now.samples_missed = 3;
  now.faults = {{"notifier", "no bus"}, {"storage-writer", "The disk is full."}};
  CAF_CHECK_EQUAL(status_words(now), "12 samples stored, 3 missed; degraded: notifier, storage-writer");
  readiness report{words()};
  report.on_pulse(now);
  CAF_CHECK_EQUAL(received(), "READY=1\nSTATUS=" + status_words(now) + '\n');
}

CAF_TEST(the starter is notified by its pipe and lets go) {
  ::unsetenv("NOTIFY_SOCKET");
  int ends[2];
  CAF_REQUIRE_EQUAL(::pipe(ends), 0);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  ::setenv(ready_variable, std::to_string(ends[1]).c_str(), 1);
  // Its own output goes elsewhere then, which this test process wants back.
  const int out = ::dup(STDOUT_FILENO), err = ::dup(STDERR_FILENO);
  {
    readiness report{words()};
    CAF_CHECK(std::getenv(ready_variable) == nullptr);
    report.on_pulse(now);
    char word = 0;
    CAF_CHECK_EQUAL(::read(ends[0], &word, 1), -1);
    now.samples_stored = 1;
    report.on_pulse(now);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    CAF_CHECK_EQUAL(::read(ends[0], &word, 1), 1);
    CAF_CHECK_EQUAL(word, ready_word);
    CAF_CHECK_EQUAL(::read(ends[0], &word, 1), 0); // closed
  }
  ::close(out);
  ::close(err);
  ::close(ends[0]);
  CAF_CHECK(std::filesystem::exists(words()));
}

CAF_TEST(a number that is no pipe is not written to) {
  const auto file = folder.path / "precious";
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ::setenv(ready_variable, std::to_string(fd).c_str(), 1);
  now.samples_stored = 1;
  {
    readiness report{words()};
    report.on_pulse(now);
  }
  CAF_CHECK_EQUAL(std::filesystem::file_size(file), 0u);
  CAF_CHECK(!std::filesystem::exists(words()));
  ::close(fd);
}

CAF_TEST_FIXTURE_SCOPE_END()
