// How the real daemon reports at its next start that it had ended, and why.
#define CAF_SUITE outage

#include "support/daemon.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture {
  test_home home;

  std::filesystem::path ring() const {
    return home.data / "black_box.ring";
  }
  std::string run(std::vector<std::string> words) const {
    words.insert(words.end(), {"--data", home.data.string()});
    return run_program(words).out;
  }
  /// Waits until the black box has written a record.
  static bool has_recorded(const daemon_process& daemon) {
    return daemon.wait_until([](const health_view& view) {
      for (const auto& x : view.report->actors)
        if (x.name == "black-box")
          return !x.note.empty() && x.note.find("record") != std::string::npos && x.note[0] != '0';
      return false;
    });
  }
  static constexpr const char* outages = "SELECT count(*) FROM events WHERE kind = 'outage'";

  static std::string cause_of(const daemon_process& daemon) {
    if (!soon([&] { return daemon.count(outages) > 0; }))
      return "none";
    return daemon.query("SELECT cause FROM events WHERE kind = 'outage' ORDER BY id DESC LIMIT 1")
      .at(0)
      .at(0);
  }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(outage_tests, fixture)

CAF_TEST(a first start reports no outage and makes a ring of its full size) {
  daemon_process daemon{home};
  daemon.wait_until_ready();
  CAF_REQUIRE(has_recorded(daemon));
  CAF_CHECK_EQUAL(daemon.count(outages), 0);
  CAF_CHECK_EQUAL(std::filesystem::file_size(ring()), 1u << 20);
  CAF_CHECK(std::filesystem::status(ring()).permissions()
            == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

CAF_TEST(a daemon that is killed is reported once by the next one and shown everywhere) {
  {
    daemon_process daemon{home};
    daemon.wait_until_ready();
    CAF_REQUIRE(has_recorded(daemon));
    daemon.kill();
  }
  {
    daemon_process next{home};
    next.wait_until_ready();
    CAF_CHECK_EQUAL(cause_of(next), "killed");
    CAF_CHECK(contains(run({"status"}), "pmactor was killed (SIGKILL)"));
    CAF_CHECK(contains(run({"status", "--outage"}), "pmactor: pmactor was killed (SIGKILL) "));
    CAF_CHECK(contains(run({"events"}), "outage   -              pmactor was killed (SIGKILL)"));
    CAF_CHECK(contains(run({"events", "--kind", "stop", "--json"}), "[\n]"));
    CAF_CHECK(contains(run({"events", "show", "1"}), "What speaks for it, the strongest first"));
    CAF_CHECK(contains(run({"events", "--json"}), "\"cause\":\"killed\""));
    CAF_CHECK(contains(run({"events", "--csv", "--cause", "killed"}), "\"outage\""));
    run({"events", "mark", "1", "reviewed"});
    CAF_CHECK_EQUAL(run({"status", "--outage"}), "");
    CAF_REQUIRE(has_recorded(next));
    next.kill();
  }
  daemon_process third{home};
  third.wait_until_ready();
  CAF_CHECK(soon([&] { return third.count(outages) == 2; }));
}

CAF_TEST(a daemon that crashes is distinguished from one that is killed) {
  {
    daemon_process daemon{home};
    daemon.wait_until_ready();
    CAF_REQUIRE(has_recorded(daemon));
    daemon.send(SIGSEGV);
    CAF_REQUIRE(daemon.wait_for_end().has_value());
  }
  daemon_process next{home};
  next.wait_until_ready();
  CAF_CHECK_EQUAL(cause_of(next), "crashed");
  CAF_CHECK(contains(run({"events", "show", "1"}), "SIGSEGV"));
}

CAF_TEST(a daemon that is stopped leaves a clean marker and no alarm) {
  {
    daemon_process daemon{home};
    daemon.wait_until_ready();
    CAF_REQUIRE(has_recorded(daemon));
    CAF_CHECK(daemon.stop().has_value());
  }
  daemon_process next{home};
  next.wait_until_ready();
  CAF_CHECK_EQUAL(cause_of(next), "daemon_stopped");
  CAF_CHECK(!contains(run({"status"}), "outage"));
  const auto stops = run({"events", "--kind", "stop"});
  CAF_CHECK(contains(stops, " stop ") && !contains(stops, " outage "));
  CAF_CHECK(contains(run({"events", "show", "1"}), "Stop 1, "));
  CAF_CHECK(contains(run({"events", "--kind", "stop", "--json"}), "\"kind\":\"outage\""));
  CAF_CHECK_EQUAL(run({"status", "--outage"}), "");
}

CAF_TEST(a ring that is damaged or cut short is made whole and reports nothing wrong) {
  {
    daemon_process daemon{home};
    daemon.wait_until_ready();
    CAF_REQUIRE(has_recorded(daemon));
    daemon.kill();
  }
  std::filesystem::resize_file(ring(), 700);
  daemon_process next{home};
  next.wait_until_ready();
  CAF_REQUIRE(has_recorded(next));
  CAF_CHECK_EQUAL(std::filesystem::file_size(ring()), 1u << 20);
  CAF_CHECK_EQUAL(next.count(outages), 0);
}

CAF_TEST(what lies in the place of the ring is left alone and said) {
  std::filesystem::create_directories(ring());
  daemon_process daemon{home};
  daemon.wait_until_ready();
  CAF_CHECK(daemon.wait_until([](const health_view& view) {
    for (const auto& x : view.report->actors)
      if (x.name == "black-box" && x.degraded.find("black_box.ring") != std::string::npos)
        return true;
    return false;
  }));
}

CAF_TEST_FIXTURE_SCOPE_END()
