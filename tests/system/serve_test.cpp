// `pmactor serve` as clients find it, good and bad ones.
#define CAF_SUITE serve

#include "support/web_server.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(serve_tests, web_fixture)

CAF_TEST(every page is served and nothing else is) {
  const web_server server{home};
  CAF_REQUIRE(server.port != 0);
  for (const auto* path :
       {"/", "/history", "/history?last=3600", "/history?from=1&to=2", "/events", "/event/1",
        "/event/1/event.json", "/event/1/summary.txt", "/event/1/bundle.tar.zst", "/actors", "/patterns",
        "/data/history?last=86400", "/data/history?from=x&to=1e999&points=-1", "/data/status",
        "/data/inspect", "/assets/page.css", "/assets/page.js", "/assets/icon.svg"})
    CAF_CHECK_EQUAL(std::string{path} + ' ' + status_of(get(server.port, path)),
                    std::string{path} + " 200");
  for (const auto* path :
       {"/../etc/passwd", "/assets/../../etc/passwd", "/assets/%2e%2e/x",
        "/event/1/file/../../pmactor.db", "/event/1/file/..", "/event/1/file/%2fetc%2fpasswd",
        "/event/1/file//etc/passwd", "/event/99", "/event/-1", "/event/1x", "/event/",
        "/event/99999999999999999999", "/pmactor.db", "//", "/login", "/live?view=other", "/live"})
    CAF_CHECK_EQUAL(std::string{path} + ' ' + status_of(get(server.port, path)),
                    std::string{path} + " 404");
  const auto page = get(server.port, "/");
  for (const auto* part : {"Content-Security-Policy: default-src 'none'",
                           "X-Content-Type-Options: nosniff", "Cache-Control: no-store"})
    CAF_CHECK(contains(page, part));
  CAF_CHECK(!contains(page, "Access-Control"));
  CAF_CHECK(contains(get(server.port, "/events"), "href=\"/event/1\""));
}

CAF_TEST(metrics are served in the form that is asked for) {
  const web_server server{home};
  CAF_REQUIRE(server.port != 0);
  const auto plain = get(server.port, "/metrics");
  CAF_CHECK_EQUAL(status_of(plain), "200");
  CAF_CHECK(contains(plain, "Content-Type: text/plain; version=0.0.4"));
  CAF_CHECK(contains(plain, "\npmactor_up 0\n"));
  const auto open = get(server.port, "/metrics", "Accept: application/openmetrics-text; version=1.0.0\r\n");
  CAF_CHECK(contains(open, "Content-Type: application/openmetrics-text; version=1.0.0"));
  CAF_CHECK(contains(open, "# EOF\n"));
}

CAF_TEST(a socket that is handed down is served and given up when it is idle) {
  const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  CAF_REQUIRE(::bind(listening, reinterpret_cast<sockaddr*>(&at), size) == 0);
  CAF_REQUIRE(::listen(listening, 8) == 0);
  CAF_REQUIRE(::getsockname(listening, reinterpret_cast<sockaddr*>(&at), &size) == 0);
  // The first request comes before there is a server.
  web_client first{ntohs(at.sin_port)};
  CAF_CHECK(first.send("GET /event/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"));
  const auto data = home.data.string();
  const auto pid = ::fork();
  CAF_REQUIRE(pid >= 0);
  if (pid == 0) {
    ::dup2(listening, 3);
    ::setenv("LISTEN_FDS", "1", 1);
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::execl(PMACTOR_PROGRAM, PMACTOR_PROGRAM, "serve", "--data", data.c_str(), "--idle-exit", "2",
            nullptr);
    ::_exit(127);
  }
  ::close(listening);
  CAF_CHECK_EQUAL(status_of(first.receive(15s)), "200");
  CAF_CHECK_EQUAL(status_of(get(ntohs(at.sin_port), "/events")), "200");
  int status = -1;
  CAF_CHECK(soon([&] { return ::waitpid(pid, &status, WNOHANG) == pid; }));
  CAF_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

CAF_TEST(a browser that stays in the foreground holds up nothing) {
  // The launcher of the system runs what BROWSER names where there is no desktop.
  const auto browser = home.folder.path / "browser";
  const auto pid_file = home.folder.path / "browser.pid";
  std::ofstream{browser} << "#!/bin/sh\necho $$ >" << pid_file.string() << "\nexec sleep 60\n";
  ::chmod(browser.c_str(), 0755);
  ::setenv("BROWSER", browser.c_str(), 1);
  const web_server server{home, {"--listen", "127.0.0.1:0", "--open"}};
  ::unsetenv("BROWSER");
  web_client feed{server.port};
  feed.send("GET /live?view=now HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  CAF_CHECK(contains(feed.receive(5s, "data: {"), "text/event-stream"));
  add_example_event(home.data, "the disk of a new event");
  CAF_CHECK(contains(feed.receive(3s, "/event/2"), "/event/2"));
  std::ifstream from{pid_file};
  if (pid_t pid = 0; from >> pid) // else there is no launcher
    ::kill(pid, SIGKILL);
}

CAF_TEST(older days that cannot be read are tried again) {
  const auto file = (home.data / "pmactor.db").string();
  std::int64_t page = 0;
  {
    SQLite::Database db{file, SQLite::OPEN_READWRITE};
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    SQLite::Statement leaf{db, "SELECT pageno FROM dbstat WHERE name = 'samples' AND pagetype = "
                               "'leaf' ORDER BY pageno LIMIT 1 OFFSET 10"};
    CAF_REQUIRE(leaf.executeStep());
    page = leaf.getColumn(0).getInt64();
  }
  std::vector<char> kept(4096), zeros(4096);
  const auto write = [&](const std::vector<char>& bytes) {
    std::fstream to{file, std::ios::in | std::ios::out | std::ios::binary};
    to.seekp((page - 1) * 4096);
    to.write(bytes.data(), 4096);
  };
  {
    std::ifstream from{file, std::ios::binary};
    from.seekg((page - 1) * 4096);
    from.read(kept.data(), 4096);
  }
  write(zeros);
  const web_server server{home};
  const auto data = [&server] { return get(server.port, "/data/history?last=172800&points=100"); };
  for (int i = 0; i < 5; ++i) {
    CAF_CHECK(contains(data(), "\"complete\":false"));
    std::this_thread::sleep_for(100ms);
  }
  write(kept);
  CAF_CHECK(soon([&] { return contains(data(), "\"complete\":true"); }));
  CAF_CHECK(contains(data(), "\"stress\""));
}

CAF_TEST(without a history each page says so and has the links to the others) {
  test_home empty;
  const web_server server{empty};
  CAF_REQUIRE(server.port != 0);
  for (const auto* path : {"/", "/history", "/events", "/event/1", "/patterns", "/actors"}) {
    const auto page = get(server.port, path);
    CAF_CHECK(contains(page, "<nav class=\"site\""));
    CAF_CHECK(contains(page, "text/html"));
  }
  const auto page = get(server.port, "/events");
  CAF_CHECK_EQUAL(status_of(page), "503");
  CAF_CHECK(contains(page, "pmactor.db"));
  CAF_CHECK(contains(get(server.port, "/data/history"), "text/plain"));
}

CAF_TEST(a live page receives an event) {
  const web_server server{home};
  web_client feed{server.port};
  feed.send("GET /live?view=now HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  CAF_CHECK(contains(feed.receive(5s, "data: {"), "text/event-stream"));
  add_example_event(home.data, "the disk of a new event");
  const auto began = std::chrono::steady_clock::now();
  CAF_CHECK(contains(feed.receive(3s, "/event/2"), "/event/2"));
  CAF_CHECK(std::chrono::steady_clock::now() - began < 1500ms);
  // Their number is bounded.
  std::vector<std::unique_ptr<web_client>> feeds;
  std::size_t refused = 0;
  for (int i = 0; i < 20; ++i) {
    feeds.push_back(std::make_unique<web_client>(server.port));
    feeds.back()->send("GET /live?view=actors HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    refused += status_of(feeds.back()->receive(2s, "\r\n\r\n")) == "503";
  }
  CAF_CHECK_EQUAL(refused, 5u);
}

CAF_TEST_FIXTURE_SCOPE_END()
