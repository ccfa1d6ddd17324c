#define CAF_SUITE export

#include "support/daemon.hpp"
#include "support/http_receiver.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <map>
#include <sys/stat.h>
#include <thread>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// Has the daemon lose a second or so.
void inflict_pause(const daemon_process& daemon) {
  daemon.send(SIGSTOP);
  std::this_thread::sleep_for(1200ms); // how long the pause is to be
  daemon.send(SIGCONT);
}

/// Waits, too, until that is stored.
void pause_of(const daemon_process& daemon, std::int64_t events) {
  inflict_pause(daemon);
  CAF_REQUIRE(soon([&] { return daemon.count("SELECT count(*) FROM events WHERE kind = 'pause'") >= events; }));
}

/// @returns how often each event was received, by its id, and whatever else was under an empty id.
std::map<std::string, int> events_in(const http_receiver& receiver) {
  std::map<std::string, int> result;
  for (const auto& request : receiver.requests()) {
    const auto document = nlohmann::json::parse(request.body); // outlives the loop over a part of it
    for (const auto& record : document["resourceLogs"][0]["scopeLogs"][0]["logRecords"]) {
      std::string id, kind;
      for (const auto& x : record["attributes"]) {
        if (x["key"] == "pmactor.event_id")
          id = x["value"]["stringValue"];
        if (x["key"] == "pmactor.kind")
          kind = x["value"]["stringValue"];
      }
      if (kind == "pause" || id.empty())
        ++result[id];
    }
  }
  return result;
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

CAF_TEST(what a receiver missed while it was away it gets from the next run) {
  test_home home;
  auto settings = [](const std::string& url) {
    return "[export.otlp]\nendpoint = \"" + url + "\"\nheartbeat = 0\n";
  };
  std::string nowhere;
  {
    http_receiver gone{[](std::size_t) { return http_reply(200); }};
    nowhere = gone.url();
  }
  std::int64_t id = 0;
  {
    daemon_process daemon{home, settings(nowhere)};
    daemon.wait_until_ready();
    CAF_REQUIRE(soon([&] { return daemon.count("SELECT count(*) FROM daemon_state WHERE key = 'export-cursor-otlp'") == 1; }));
    pause_of(daemon, 1);
    CAF_CHECK(soon([&] {
      const auto exporter = daemon.actor("exporter");
      return exporter && exporter->degraded.find("Events wait in the history") != std::string::npos;
    }, 60s));
    id = daemon.count("SELECT event_id FROM events WHERE kind = 'pause'");
    daemon.kill();
  }
  http_receiver receiver{[](std::size_t) { return http_reply(200); }};
  daemon_process daemon{home, settings(receiver.url())};
  daemon.wait_until_ready();
  CAF_CHECK(soon([&] { return events_in(receiver).count(std::to_string(id)) == 1; }, 60s));
}

CAF_TEST(an event that the history took late is sent as soon as it has) {
  test_home home;
  http_receiver receiver{[](std::size_t) { return http_reply(200); }};
  daemon_process daemon{home, "[export.otlp]\nendpoint = \"" + receiver.url() + "\"\nheartbeat = 0\n"};
  daemon.wait_until_ready();
  CAF_REQUIRE(soon([&] { return daemon.count("SELECT count(*) FROM daemon_state WHERE key = 'export-cursor-otlp'") == 1; }));
  {
    SQLite::Database other{home.where().database().string(), SQLite::OPEN_READWRITE, 5000};
    const SQLite::Transaction held{other, SQLite::TransactionBehavior::IMMEDIATE};
    inflict_pause(daemon);
    std::this_thread::sleep_for(3s); // how long the history is held up
  }
  CAF_CHECK(soon([&] { return !events_in(receiver).empty(); }, 30s));
}

CAF_TEST(a receiver that never answers does not hold up the end) {
  test_home home;
  http_receiver receiver{[](std::size_t) { return std::string{"hang"}; }};
  daemon_process daemon{home, "[export.otlp]\nendpoint = \"" + receiver.url() + "\"\nheartbeat = 1\n"};
  daemon.wait_until_ready();
  CAF_CHECK(soon([&] { return !receiver.requests().empty(); }, 30s));
  const auto end = daemon.stop();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK_EQUAL(end->exit_code, 0);
  CAF_CHECK(end->took < 3s);
}

CAF_TEST(metrics are written for others to read and grow stale with the daemon) {
  test_home home;
  const auto file = home.folder.path / "pmactor.prom";
  daemon_process daemon{home, "[metrics]\ntextfile = \"" + file.string() + "\"\ninterval = 1\n"};
  daemon.wait_until_ready();
  CAF_REQUIRE(soon([&] { return read_file(file).find("\npmactor_up 1\n") != std::string::npos; }));
  struct stat facts {};
  CAF_REQUIRE_EQUAL(::stat(file.c_str(), &facts), 0);
  CAF_CHECK_EQUAL(facts.st_mode & 0777u, 0644u);
  daemon.kill();
  const auto last = read_file(file);
  CAF_CHECK(last.ends_with('\n'));
  std::this_thread::sleep_for(2500ms); // two and a half of its intervals
  CAF_CHECK_EQUAL(read_file(file), last);
}

CAF_TEST(a receiver that hangs does not hold up the file of metrics) {
  test_home home;
  const auto file = home.folder.path / "pmactor.prom";
  http_receiver receiver{[](std::size_t) { return std::string{"hang"}; }};
  daemon_process daemon{home, "[metrics]\ntextfile = \"" + file.string()
                                + "\"\ninterval = 1\n[export.otlp]\nendpoint = \"" + receiver.url()
                                + "\"\nheartbeat = 1\ntimeout = 120\n"};
  daemon.wait_until_ready();
  CAF_REQUIRE(soon([&] { return !receiver.requests().empty(); }, 30s));
  for (int i = 0; i < 3; ++i) {
    const auto before = read_file(file);
    CAF_CHECK(soon(
      [&] {
        const auto now = read_file(file);
        return !now.empty() && now != before;
      },
      10s));
  }
  CAF_CHECK_EQUAL(receiver.requests().size(), 1u); // it hangs still
}

CAF_TEST(a receiver that asks to be left alone is sent no further sign of life) {
  test_home home;
  http_receiver receiver{[](std::size_t) { return http_reply(429, "Retry-After: 3600\r\n"); }};
  daemon_process daemon{home,
                        "[export.otlp]\nendpoint = \"" + receiver.url() + "\"\nheartbeat = 1\n"};
  daemon.wait_until_ready();
  CAF_REQUIRE(soon(
    [&] {
      const auto exporter = daemon.actor("exporter");
      return exporter
             && exporter->degraded.find(
                  "No sign of life is taken, as the receiver of otlp answered 429")
                  != std::string::npos;
    },
    30s));
  std::this_thread::sleep_for(3500ms); // as long as three more would take
  const auto requests = receiver.requests();
  CAF_CHECK_EQUAL(std::count_if(requests.begin(), requests.end(),
                                [](const received_request& x) {
                                  return x.body.find("pmactor.heartbeat") != std::string::npos;
                                }),
                  1);
}

CAF_TEST(with nothing to export the daemon has no thread for it) {
  test_home home;
  daemon_process daemon{home};
  daemon.wait_until_ready();
  for (const auto& thread : std::filesystem::directory_iterator{"/proc/" + std::to_string(daemon.pid()) + "/task"})
    CAF_CHECK(!read_file(thread.path() / "comm").starts_with("pm-export"));
  const auto maps = read_file("/proc/" + std::to_string(daemon.pid()) + "/maps");
  CAF_CHECK_EQUAL(maps.find("libcurl"), maps.npos);
}

CAF_TEST(a webhook gets a message with host and event) {
  test_home home;
  http_receiver receiver{[](std::size_t n) { return n == 0 ? http_reply(503) : http_reply(200); }};
  daemon_process daemon{home, "[notifications]\npause_min_duration = 0.5\nsettle = 0\ndesktop = false\n"
                              "[notifications.webhook]\nurl = \"" + receiver.url()
                                + "/hook\"\nheaders = [\"X-Key: 7\"]\ntemplate = '{\"text\": \"{host}: {line}\", \"id\": \"{event_id}\"}'\n"
                                  "[host]\nlabels = [\"rack=r12\"]\n"};
  daemon.wait_until_ready();
  pause_of(daemon, 1);
  CAF_CHECK(soon([&] { return receiver.requests().size() >= 2; }, 30s));
  const auto request = receiver.requests().back();
  CAF_CHECK(request.head.find("\r\nX-Key: 7") != std::string::npos);
  const auto body = nlohmann::json::parse(request.body);
  CAF_CHECK_EQUAL(body["id"].get<std::string>(), std::to_string(daemon.count("SELECT event_id FROM events WHERE kind = 'pause'")));
  CAF_CHECK(body["text"].get<std::string>().find(" was held up ") != std::string::npos);
}

CAF_TEST(a daemon without a terminal says all that it logs) {
  test_home home;
  daemon_process daemon{home};
  daemon.wait_until_ready();
  CAF_CHECK(daemon.said().find("info daemon daemon-started: All actors are running.\n") != std::string::npos);
  CAF_CHECK_EQUAL(daemon.said().find("\x1b["), std::string::npos);
}

CAF_TEST(metrics have the labels of the file that the daemon was started with) {
  test_home home;
  daemon_process daemon{home, "[host]\nlabels = [\"rack=r12\"]\n"};
  daemon.wait_until_ready();
  const auto said = run_program({"metrics", "--data", home.data.string()});
  CAF_CHECK(said.out.find("rack=\"r12\"") != std::string::npos);
}

CAF_TEST(metrics need no daemon) {
  test_home home;
  {
    daemon_process daemon{home};
    daemon.wait_until_ready();
    daemon.kill();
  }
  // A pause counts once its scope is known, which may take a minute; the unit tests have its exemplar.
  const auto after = run_program({"metrics", "--openmetrics", "--data", home.data.string()});
  CAF_CHECK_EQUAL(after.exit_code, 0);
  CAF_CHECK(after.out.find("\npmactor_up 0\n") != std::string::npos);
  CAF_CHECK(after.out.ends_with("# EOF\n"));
}
