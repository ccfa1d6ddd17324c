// What a caller must see to, and what would be wrong without a word if it did not, ends the process.
#define CAF_SUITE check

#include "messages/check.hpp"

#include "actors/host/hash_machine_id.hpp"
#include "actors/storage_writer/migrate_schema_sqlite.hpp"
#include "app/top/canvas.hpp"
#include "messages/utf8.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;

namespace {

/// @returns whether this, in a process of its own, ends it by a check.
bool ends_process(const std::function<void()>& what) {
  const auto child = ::fork();
  if (child == 0) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    std::signal(SIGABRT, SIG_DFL);
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO); // that it says so is meant
    try {
      what();
    } catch (...) {
    }
    ::_exit(0);
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

} // namespace

CAF_TEST(a check ends the process if and only if its condition does not hold) {
  CAF_CHECK(ends_process([] { PMACTOR_CHECK(1 + 1 == 3); }));
  CAF_CHECK(!ends_process([] { PMACTOR_CHECK(1 + 1 == 2); }));
}

CAF_TEST(tables are never changed outside of a transaction) {
  const auto migrate = [](bool begun) {
    SQLite::Database fresh{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    if (begun)
      fresh.exec("BEGIN");
    migrate_schema(fresh);
  };
  CAF_CHECK(ends_process([&] { migrate(false); }));
  CAF_CHECK(!ends_process([&] { migrate(true); }));
}

CAF_TEST(a key that is longer than a block is not cut in silence) {
  CAF_CHECK(ends_process([] { hmac_sha256(std::string(65, 'k'), "x"); }));
  CAF_CHECK(!ends_process([] { hmac_sha256(std::string(64, 'k'), "x"); }));
}

CAF_TEST(nothing is read beyond a text or a canvas) {
  CAF_CHECK(ends_process([] { first_character({}); }));
  const canvas cells{3, 2, true};
  CAF_CHECK(ends_process([&] { cells.at(3, 0); }));
  CAF_CHECK(ends_process([&] { cells.at(0, 2); }));
  CAF_CHECK(!ends_process([&] { cells.at(2, 1); }));
}
