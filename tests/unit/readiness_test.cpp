#define CAF_SUITE readiness

#include "app/instance/readiness.hpp"

#include "support/temporary_folder.hpp"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
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
  std::unique_ptr<health_page> page = std::make_unique<health_page>();
  lived_clock lived;
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
    page->slots_used = 2;
    page->slots[0].name.write("storage-writer");
    page->slots[0].phase = actor_phase::running;
    page->slots[1].name.write("notifier");
    page->slots[1].phase = actor_phase::running;
    page->slots[1].optional_child = 1;
  }
  ~fixture() {
    ::close(manager);
  }

  std::string heard() const {
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

constexpr std::int64_t second = 1'000'000'000;

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(ready is told once and only after the first sample) {
  readiness told{words()};
  CAF_CHECK(std::getenv("NOTIFY_SOCKET") == nullptr);
  told.on_pulse(*page, lived);
  CAF_CHECK_EQUAL(heard(), "STATUS=0 samples stored\n");
  told.on_pulse(*page, lived);
  CAF_CHECK_EQUAL(heard(), "");
  page->samples_stored = 1;
  told.on_pulse(*page, lived);
  CAF_CHECK_EQUAL(heard(), "READY=1\nSTATUS=1 samples stored\n");
  told.on_pulse(*page, lived);
  CAF_CHECK_EQUAL(heard(), "");
  told.stopping();
  CAF_CHECK_EQUAL(heard(), "STOPPING=1\n");
}

CAF_TEST(the watchdog hears of a healthy core only) {
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  readiness told{words()};
  told.on_pulse(*page, lived);
  CAF_CHECK(heard().find("WATCHDOG=1") != std::string::npos);
  page->slots[0].phase = actor_phase::given_up;
  told.on_pulse(*page, lived);
  CAF_CHECK(heard().find("WATCHDOG=1") == std::string::npos);
}

CAF_TEST(a watchdog of another process is not ours) {
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  readiness told{words()};
  told.on_pulse(*page, lived);
  CAF_CHECK(heard().find("WATCHDOG=1") == std::string::npos);
}

CAF_TEST(a handler that hangs is unhealthy unless the daemon can do without) {
  handler_watch handlers;
  page->slots[1].handler_since_ns = 10 * second;
  CAF_CHECK(is_core_healthy(*page, handlers, 0s, 60s));
  CAF_CHECK(is_core_healthy(*page, handlers, 100s, 60s));
  page->slots[1].phase = actor_phase::given_up;
  CAF_CHECK(is_core_healthy(*page, handlers, 101s, 60s));
  page->slots[0].handler_since_ns = 10 * second;
  CAF_CHECK(is_core_healthy(*page, handlers, 110s, 60s));
  CAF_CHECK(is_core_healthy(*page, handlers, 170s, 60s));
  CAF_CHECK(!is_core_healthy(*page, handlers, 171s, 60s));
  page->slots[0].handler_since_ns = 11 * second; // the next one
  CAF_CHECK(is_core_healthy(*page, handlers, 172s, 60s));
}

CAF_TEST(what is missed or degraded is in the status) {
  page->samples_stored = 12;
  page->samples_missed = 3;
  page->slots[1].degraded.write("no bus");
  CAF_CHECK_EQUAL(status_words(*page), "12 samples stored, 3 missed; degraded: notifier");
}

CAF_TEST(the starter hears by its pipe and lets go) {
  ::unsetenv("NOTIFY_SOCKET");
  int ends[2];
  CAF_REQUIRE_EQUAL(::pipe(ends), 0);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  ::setenv(ready_variable, std::to_string(ends[1]).c_str(), 1);
  // Its own output goes elsewhere then, which this test process wants back.
  const int out = ::dup(STDOUT_FILENO), err = ::dup(STDERR_FILENO);
  {
    readiness told{words()};
    CAF_CHECK(std::getenv(ready_variable) == nullptr);
    told.on_pulse(*page, lived);
    char word = 0;
    CAF_CHECK_EQUAL(::read(ends[0], &word, 1), -1);
    page->samples_stored = 1;
    told.on_pulse(*page, lived);
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
  page->samples_stored = 1;
  {
    readiness told{words()};
    told.on_pulse(*page, lived);
  }
  CAF_CHECK_EQUAL(std::filesystem::file_size(file), 0u);
  CAF_CHECK(!std::filesystem::exists(words()));
  ::close(fd);
}

CAF_TEST_FIXTURE_SCOPE_END()
