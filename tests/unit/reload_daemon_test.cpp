#define CAF_SUITE reload_daemon

#include "app/instance/pid_file.hpp"
#include "app/instance/reload_daemon.hpp"

#include "support/new_health_page.hpp"
#include "support/other_process.hpp"
#include "support/temporary_folder.hpp"

#include <csignal>
#include <sys/wait.h>

#include "support/test.hpp"

using namespace pmactor;

namespace {

places in_folder(const std::filesystem::path& folder) {
  places where;
  where.data = folder / "data";
  where.log = folder / "log";
  where.runtime = folder / "run";
  return where;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct fixture {
  temporary_folder folder;
  places where = in_folder(folder.path);

  fixture() {
    make_folders(where);
  }

  /// Holds the lock of the daemon's data; SIGHUP would end it.
  bool hold_lock() const {
    static auto lock = pid_file::claim(where.lock_file());
    return lock.has_value();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(reload_daemon_tests, fixture)

CAF_TEST(a daemon whose page is gone is not signalled) {
  other_process daemon{[this] { return hold_lock(); }};
  const auto answer = reload_daemon(where);
  CAF_CHECK(!answer.holds);
  CAF_CHECK_EQUAL(answer.said.code, exit_failed);
  CAF_CHECK(has(answer.said.message, "was not asked to read its settings again"));
  CAF_CHECK(has(answer.said.message, "`pmactor restart`"));
  CAF_CHECK(find_daemon(where).daemon == identity_of(daemon.pid()));
}

CAF_TEST(a daemon that a signal halted is named so) {
  other_process daemon{[this] {
    const auto self = own_identity();
    auto& page = new_health_page(where.health_page());
    page.pid = self.pid;
    page.process_start = self.start;
    page.boot_id.write(self.boot_id);
    page.mark = health_page::magic;
    return hold_lock();
  }};
  CAF_REQUIRE_EQUAL(::kill(daemon.pid(), SIGSTOP), 0);
  int status = 0; // until it has taken it SIGHUP, which is taken first of two, would end it
  CAF_REQUIRE_EQUAL(::waitpid(daemon.pid(), &status, WUNTRACED), daemon.pid());
  CAF_REQUIRE(WIFSTOPPED(status));
  const auto answer = reload_daemon(where);
  CAF_CHECK(!answer.holds);
  CAF_CHECK(has(answer.said.message, "halted it"));
  CAF_CHECK(has(answer.said.message, "kill -CONT " + std::to_string(daemon.pid())));
}

CAF_TEST_FIXTURE_SCOPE_END()
