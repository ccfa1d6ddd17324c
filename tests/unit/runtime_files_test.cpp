#define CAF_SUITE runtime_files

#include "app/instance/runtime_files.hpp"

#include "app/instance/require_threads.hpp"
#include "app/instance/write_file.hpp"
#include "support/temporary_folder.hpp"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

struct fixture {
  temporary_folder folder;
  places where;

  fixture() {
    where.data = folder.path / "data";
    where.log = folder.path / "log";
    where.runtime = folder.path / "run";
    make_folders(where);
  }

  fs::path note() const {
    return where.runtime / "note";
  }

  runtime_files files() const {
    auto claim = pid_file::claim(where.pid_file());
    CAF_REQUIRE(claim.has_value());
    return {where, std::move(*claim), {note()}};
  }

  static std::string content(const fs::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
};

/// Does this as another user. @returns what it came to, as the exit code of a child.
template <class F>
int as_other_user(F f) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(64002) != 0 || ::setuid(64002) != 0)
      ::_exit(99);
    ::_exit(f() ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(runtime_files_tests, fixture)

CAF_TEST(what is in place is left alone) {
  auto aut = files();
  const auto before = content(where.pid_file());
  CAF_CHECK_EQUAL(aut.check(), "");
  CAF_CHECK_EQUAL(content(where.pid_file()), before);
}

CAF_TEST(a PID file that is gone or replaced is made anew) {
  auto aut = files();
  const auto before = content(where.pid_file());
  fs::remove(where.pid_file());
  CAF_CHECK_EQUAL(aut.check(), "the PID file " + where.pid_file().string() + " was gone");
  CAF_CHECK_EQUAL(content(where.pid_file()), before);
  CAF_CHECK_EQUAL(aut.check(), "");
  fs::remove(where.pid_file());
  write_file(where.pid_file(), "1\n", 0600);
  CAF_CHECK(!aut.check().empty());
  CAF_CHECK_EQUAL(content(where.pid_file()), before);
}

CAF_TEST(a runtime folder that is gone is made anew with what it held) {
  auto aut = files();
  write_file(note(), "how it was started", 0600);
  CAF_CHECK_EQUAL(aut.check(), "");
  fs::remove_all(where.runtime);
  CAF_CHECK_EQUAL(aut.check(), "the runtime folder " + where.runtime.string() + " was gone");
  CAF_CHECK(fs::exists(where.pid_file()));
  CAF_CHECK_EQUAL(content(note()), "how it was started");
  struct stat facts {};
  CAF_CHECK_EQUAL(::stat(where.runtime.c_str(), &facts), 0);
  CAF_CHECK_EQUAL(facts.st_mode & 07777u, 0700u);
}

CAF_TEST(a kept file that is removed by itself stays away) {
  auto aut = files();
  write_file(note(), "a switch", 0600);
  aut.check();
  fs::remove(note());
  CAF_CHECK_EQUAL(aut.check(), "");
  CAF_CHECK(!fs::exists(note()));
}

CAF_TEST(the PID file that was made anew goes with its owner) {
  {
    auto aut = files();
    fs::remove(where.pid_file());
    aut.check();
  }
  CAF_CHECK(!fs::exists(where.pid_file()));
}

CAF_TEST(threads that are not to be had are said in a sentence) {
  require_threads(4);
  const pid_t child = ::fork();
  if (child == 0) {
    struct rlimit none {0, 0};
    if (::geteuid() == 0 && (::setgid(64003) != 0 || ::setuid(64003) != 0))
      ::_exit(2);
    ::setrlimit(RLIMIT_NPROC, &none);
    try {
      require_threads(4);
    } catch (const std::runtime_error& e) {
      ::_exit(std::string{e.what()}.find("needs 4 threads, and only 0 are to be had") == std::string::npos ? 1
                                                                                                          : 0);
    }
    ::_exit(3);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CAF_CHECK_EQUAL(status, 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
