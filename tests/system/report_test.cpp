// `pmactor report` as a user has it: of a real pause.
#define CAF_SUITE report

#include "support/daemon.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

std::string content(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct fixture {
  test_home home;

  program_result report(std::vector<std::string> more) {
    more.insert(more.begin(), "report");
    more.insert(more.end(), {"--data", home.data.string()});
    return run_program(more);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(report_tests, fixture)

CAF_TEST(a real pause has a page) {
  daemon_process daemon{home, "[notifications]\ndesktop = false\n"};
  daemon.wait_until_ready();
  daemon.send(SIGSTOP);
  std::this_thread::sleep_for(1500ms);
  daemon.send(SIGCONT);
  const std::string stopped = "SELECT count(*) FROM events WHERE cause = 'stopped'";
  CAF_REQUIRE(soon([&] { return daemon.count(stopped) == 1; }));
  const auto id = std::to_string(daemon.count("SELECT id FROM events WHERE cause = 'stopped'"));
  const auto file = home.folder.path / "page.html";
  const auto result = report({id, "--output", file.string()});
  CAF_CHECK_EQUAL(result.exit_code, 0);
  CAF_CHECK(contains(result.out, file.string()));
  struct stat facts {};
  CAF_REQUIRE_EQUAL(::stat(file.c_str(), &facts), 0);
  CAF_CHECK_EQUAL(facts.st_mode & 0777u, 0600u);
  CAF_CHECK(contains(content(file), "stopped by a signal</h1>"));
  CAF_CHECK(contains(content(file), "Stopped by a signal</span>"));
#ifdef __linux__
  CAF_CHECK(contains(content(file), "SIGCONT received, from system_tests (process "
                                      + std::to_string(::getpid()) + " of "));
#endif
  CAF_CHECK(contains(report({id}).out, "</html>")); // no terminal: to standard output
  // What is no file is written into, and then no sentence follows the page.
  const auto through = report({id, "-o", "/dev/stdout"});
  CAF_CHECK_EQUAL(through.exit_code, 0);
  CAF_CHECK_EQUAL(through.out, report({id}).out);
  const auto nowhere = report({id, "-o", (home.folder.path / "none/page.html").string()});
  CAF_CHECK_EQUAL(nowhere.exit_code, 1);
  CAF_CHECK(contains(nowhere.err, "none/page.html"));
  CAF_CHECK(!std::filesystem::exists(home.folder.path / "none"));
  const auto none = report({"4711"});
  CAF_CHECK_EQUAL(none.exit_code, 1);
  CAF_CHECK(contains(none.err, "There is no event 4711"));
  CAF_CHECK_EQUAL(report({"-3"}).exit_code, 2);
}

CAF_TEST_FIXTURE_SCOPE_END()
