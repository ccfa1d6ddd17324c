// Which notifications a user gets: of a real pause of a real daemon, and from `pmactor notify`.
#define CAF_SUITE notify

#include "actors/host/process_facts.hpp"

#include "support/daemon.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
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

struct fixture {
  test_home home;
  std::filesystem::path received = home.folder.path / "received", hook = home.folder.path / "hook";

  fixture() {
    std::ofstream{hook} << "#!/bin/sh\ncat >> " << received.string() << '\n';
    ::chmod(hook.c_str(), 0755);
  }

  std::string settings(const std::string& more = {}) {
    return "[notifications]\ndesktop = false\ncommand = [\"" + hook.string() + "\"]\n" + more;
  }

  /// @returns the messages so far.
  std::vector<nlohmann::json> messages() {
    std::vector<nlohmann::json> result;
    std::ifstream in{received};
    for (std::string line; std::getline(in, line);)
      result.push_back(nlohmann::json::parse(line));
    return result;
  }

  program_result notify(const std::string& settings, std::vector<std::string> more = {}) {
    const auto file = home.folder.path / "notify.toml";
    std::ofstream{file} << settings;
    std::vector<std::string> arguments{"notify", "--data", home.data.string(), "--config", file.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments);
  }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(notify_tests, fixture)

CAF_TEST(a real pause of three seconds is exactly one message) {
  // The host's own pauses on a busy machine are beside the point.
  daemon_process daemon{home, settings("pause_min_duration = 2.5\n")};
  daemon.wait_until_ready();
  daemon.send(SIGSTOP);
  std::this_thread::sleep_for(3s);
  daemon.send(SIGCONT);
  CAF_REQUIRE(soon([this] { return !messages().empty(); }));
  // Whatever might be sent twice would be by now: amended, with its evidence captured.
  std::this_thread::sleep_for(5s);
  const auto all = messages();
  CAF_REQUIRE_EQUAL(all.size(), 1u);
  CAF_CHECK_EQUAL(all[0]["kind"].get<std::string>(), "pause");
  CAF_CHECK_EQUAL(all[0]["cause"].get<std::string>(), "stopped");
  CAF_CHECK_GREATER(all[0]["duration"].get<double>(), 2.9);
  CAF_CHECK_LESS(all[0]["duration"].get<double>(), 4.0);
  CAF_CHECK(contains(daemon.actor("notifier").value().note, "1 message sent; command: done in"));
  CAF_CHECK(contains(daemon.log(), "notice-pause: "));
}

CAF_TEST(a test message says what became of it at each sink) {
  std::filesystem::create_directories(home.where().log);
  const auto result = notify(settings(), {"--test"});
  CAF_CHECK_EQUAL(result.exit_code, 0);
  CAF_CHECK(contains(result.out, "Test: Froze 12.3 s, stalled on I/O"));
  CAF_CHECK(contains(result.out, "  log      delivered: written to "));
  CAF_CHECK(contains(result.out, "  command  delivered: done in "));
  CAF_REQUIRE_EQUAL(messages().size(), 1u);
  CAF_CHECK_EQUAL(messages()[0]["test"].get<std::string>(), "yes");
  CAF_CHECK(contains(content(home.where().log_file()), "notice-pause: Test: Froze"));
}

CAF_TEST(a sink that fails is an exit code) {
  std::filesystem::create_directories(home.where().log);
  std::ofstream{hook} << "#!/bin/sh\necho 'no network'; exit 4\n";
  const auto result = notify(settings(), {"--test", "--kind", "critical", "--json"});
  CAF_CHECK_EQUAL(result.exit_code, 1);
  const auto json = nlohmann::json::parse(result.out);
  CAF_CHECK_EQUAL(json["message"]["kind"].get<std::string>(), "critical");
  CAF_CHECK_EQUAL(json["sinks"][1]["outcome"].get<std::string>(), "failed");
  CAF_CHECK(contains(json["sinks"][1]["says"].get<std::string>(), "exit code 4: no network"));
}

CAF_TEST(it says when no message would be shown) {
  const auto result = notify("[notifications]\ndesktop = false\nlog = false\nenabled = false\n", {"--test"});
  CAF_CHECK_EQUAL(result.exit_code, 1);
  CAF_CHECK(contains(result.err, "No notice would be delivered"));
  CAF_CHECK(contains(result.err, "notifications.enabled is false"));
  CAF_CHECK_EQUAL(notify("").exit_code, 2);
  CAF_CHECK_EQUAL(notify("", {"--test", "--kind", "gossip"}).exit_code, 2);
}

CAF_TEST_FIXTURE_SCOPE_END()
