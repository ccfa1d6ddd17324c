// `pmactor serve` as clients find it, good and bad ones.
#define CAF_SUITE serve

#include "support/daemon.hpp"
#include "support/example_history.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>

#include "support/test.hpp"

extern char** environ;

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A server on a port of the system's choice. Its destructor ends it.
class server_process {
public:
  explicit server_process(const test_home& home, std::vector<std::string> more = {}) {
    std::vector<std::string> words{PMACTOR_PROGRAM, "serve", "--data", home.data.string()};
    if (more.empty())
      more = {"--listen", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> pointers;
    for (auto& x : words)
      pointers.push_back(x.data());
    pointers.push_back(nullptr);
    int out[2];
    if (::pipe2(out, O_CLOEXEC) != 0)
      throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    ::posix_spawn(&pid, PMACTOR_PROGRAM, &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    char c = 0;
    while (said.find("ends with Ctrl-C") == said.npos && ::read(out[0], &c, 1) == 1)
      said += c;
    ::close(out[0]);
    if (const auto at = said.rfind(':', said.find('/', said.find("//") + 2)); at != said.npos)
      port = static_cast<std::uint16_t>(std::stoi(said.substr(at + 1)));
  }
  ~server_process() {
    ::kill(pid, SIGTERM);
    ::waitpid(pid, nullptr, 0);
  }

  /// @returns bytes.
  std::size_t memory() const {
    std::ifstream in{"/proc/" + std::to_string(pid) + "/statm"};
    std::size_t all = 0, resident = 0;
    in >> all >> resident;
    return resident * 4096;
  }

  pid_t pid = -1;
  std::uint16_t port = 0;
  std::string said;
};

class client {
public:
  /// @param waits until it is connected.
  explicit client(std::uint16_t port, bool waits = true) {
    if (!waits)
      ::fcntl(fd, F_SETFL, O_NONBLOCK);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_open = ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~client() {
    ::close(fd);
  }
  client(const client&) = delete;

  bool send(const std::string& text) {
    return ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  /// @returns what comes until the end, or until nothing comes for so long, or until it has this.
  std::string receive(std::chrono::milliseconds patience = 5s, const std::string& until = {}) {
    std::string result;
    std::array<char, 65536> piece;
    for (;;) {
      pollfd x{fd, POLLIN, 0};
      if (::poll(&x, 1, static_cast<int>(patience.count())) <= 0)
        return result;
      const auto count = ::recv(fd, piece.data(), piece.size(), 0);
      if (count <= 0) {
        is_over = true;
        return result;
      }
      result.append(piece.data(), static_cast<std::size_t>(count));
      if (!until.empty() && contains(result, until))
        return result;
    }
  }

  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool is_open = false, is_over = false;
};

/// @returns what a command of the shell says.
std::string said_by(const std::string& command) {
  std::string result;
  std::array<char, 4096> piece;
  auto* from = ::popen(command.c_str(), "r");
  if (from == nullptr)
    return result;
  while (const auto count = std::fread(piece.data(), 1, piece.size(), from))
    result.append(piece.data(), count);
  ::pclose(from);
  return result;
}

/// @returns all of the answer.
std::string ask(std::uint16_t port, const std::string& request) {
  client x{port};
  x.send(request);
  return x.receive();
}

std::string get(std::uint16_t port, const std::string& path, const std::string& more = {}) {
  return ask(port, "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + more
                     + "\r\n");
}

std::string status_of(const std::string& answer) {
  return answer.size() > 12 ? answer.substr(9, 3) : "none";
}

struct fixture {
  test_home home;

  fixture() {
    make_example_history(home.data);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(serve_tests, fixture)

CAF_TEST(every page is served and nothing else is) {
  const server_process server{home};
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
  const server_process server{home};
  CAF_REQUIRE(server.port != 0);
  const auto plain = get(server.port, "/metrics");
  CAF_CHECK_EQUAL(status_of(plain), "200");
  CAF_CHECK(contains(plain, "Content-Type: text/plain; version=0.0.4"));
  CAF_CHECK(contains(plain, "\npmactor_up 0\n"));
  const auto open = get(server.port, "/metrics", "Accept: application/openmetrics-text; version=1.0.0\r\n");
  CAF_CHECK(contains(open, "Content-Type: application/openmetrics-text; version=1.0.0"));
  CAF_CHECK(contains(open, "# EOF\n"));
}

CAF_TEST(what is no plain question is refused) {
  const server_process server{home};
  const std::string host = "Host: 127.0.0.1\r\n";
  const auto status = [&](const std::string& request) {
    return status_of(ask(server.port, request));
  };
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "FOO"})
    CAF_CHECK_EQUAL(status(std::string{method} + " / HTTP/1.1\r\n" + host + "\r\n"), "405");
  CAF_CHECK_EQUAL(status("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), "421");
  CAF_CHECK_EQUAL(status("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n"), "400");
  CAF_CHECK_EQUAL(status("GET / HTTP/1.1\r\n\r\n"), "400");
  // Two lengths, a length and chunks, a second request within the body of a first.
  for (const std::string smuggled :
       {"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 44\r\n\r\nGET /event/1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"}) {
    const auto answer = ask(server.port, "GET / HTTP/1.1\r\n" + host + smuggled
                                           + "GET /actors HTTP/1.1\r\n" + host + "\r\n");
    CAF_CHECK_EQUAL(status_of(answer), "400");
    CAF_CHECK_EQUAL(answer.rfind("HTTP/1.1 "), 0u); // one answer, and the connection is over
  }
  CAF_CHECK_EQUAL(
    status_of(get(server.port, "/", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n")),
    "403");
  const auto head = ask(server.port, "HEAD / HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
  CAF_CHECK_EQUAL(status_of(head), "200");
  CAF_CHECK(!contains(head, "<html"));
}

CAF_TEST(a client that takes too much gets nothing more and others are served) {
  // The daemon, whose history is shown, is to be unaffected.
  const daemon_process daemon{home};
  daemon.wait_until_ready();
  const auto memory_of_daemon = [&daemon] {
    return daemon.view().facts ? daemon.view().facts->memory.value_or(0) : 0.0;
  };
  const auto memory_before = memory_of_daemon();
  const auto stored_before = daemon.count("SELECT max(id) FROM samples");
  const server_process server{home};
  get(server.port, "/");
  const auto before = server.memory();
  // One that never ends its headers.
  client slow{server.port};
  slow.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  const auto began = std::chrono::steady_clock::now();
  // Ten megabytes of headers, as one and as many.
  for (const std::string& piece :
       {std::string(1024, 'a'), std::string("X: ") + std::string(1000, 'b') + "\r\n"}) {
    client big{server.port};
    big.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + std::string(piece[0] == 'a' ? "X: " : ""));
    std::size_t sent = 0;
    while (sent < 10'000'000 && big.send(piece))
      sent += piece.size();
    const auto answer = big.receive(2s);
    CAF_CHECK(big.is_over);
    CAF_CHECK(answer.empty() || answer[9] == '4');
    CAF_CHECK(sent < 10'000'000);
  }
  {
    rlimit files{4096, 4096};
    ::setrlimit(RLIMIT_NOFILE, &files);
    std::vector<std::unique_ptr<client>> crowd;
    for (int i = 0; i < 1000; ++i) {
      crowd.push_back(std::make_unique<client>(server.port, false));
      crowd.back()->send("GET / HT");
    }
    CAF_CHECK(server.memory() < before + 16'000'000);
  }
  CAF_CHECK_EQUAL(status_of(get(server.port, "/")), "200");
  // One that sends a byte now and then is ended all the same.
  while (std::chrono::steady_clock::now() - began < 20s && slow.send("a")
         && slow.receive(500ms).empty() && !slow.is_over)
    ;
  CAF_CHECK(slow.is_over || std::chrono::steady_clock::now() - began < 15s);
  CAF_CHECK(std::chrono::steady_clock::now() - began < 15s);
  CAF_CHECK(server.memory() < before + 16'000'000);
  const auto view = daemon.view();
  CAF_CHECK(view.verdict.state == health_state::healthy);
  CAF_REQUIRE(view.report.has_value());
  for (const auto& x : view.report->actors) {
    CAF_CHECK_EQUAL(x.name + ' ' + std::to_string(x.restarts), x.name + " 0");
    CAF_CHECK_EQUAL(x.name + ' ' + std::to_string(x.dropped), x.name + " 0");
  }
  CAF_CHECK(memory_of_daemon() < memory_before + 8'000'000);
  CAF_CHECK(soon([&] { return daemon.count("SELECT max(id) FROM samples") > stored_before; }));
}

CAF_TEST(a server speaks TLS with the certificate that it is given) {
  const auto file = [this](const char* name) { return (home.folder.path / name).string(); };
  said_by("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
          "/CN=localhost -keyout "
          + file("key") + " -out " + file("certificate") + " 2>&1");
  if (!std::filesystem::exists(file("certificate"))) {
    CAF_MESSAGE("there is no openssl to make a certificate with");
    return;
  }
  const server_process server{
    home, {"--listen", "127.0.0.1:0", "--certificate", file("certificate"), "--key", file("key")}};
  CAF_REQUIRE(server.port != 0);
  CAF_CHECK(contains(server.said, "https://127.0.0.1:"));
  const auto by_tls = [&](const std::string& how) {
    return said_by("printf 'GET /event/1 HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nConnection: close"
                   "\\r\\n\\r\\n' | timeout 20 openssl s_client -quiet -connect 127.0.0.1:"
                   + std::to_string(server.port) + " -CAfile " + file("certificate")
                   + " -verify_return_error " + how + " 2>&1");
  };
  for (const auto* version : {"-tls1_2", "-tls1_3"}) {
    const auto answer = by_tls(version);
    CAF_CHECK(contains(answer, "HTTP/1.1 200"));
    CAF_CHECK(contains(answer, "Like ") || contains(answer, "rsync"));
  }
  CAF_CHECK(!contains(by_tls("-tls1_1 -cipher DEFAULT@SECLEVEL=0"), "HTTP/1.1 200"));
  CAF_CHECK(status_of(get(server.port, "/")) != "200");   // in the open
  CAF_CHECK(contains(by_tls("-tls1_3"), "HTTP/1.1 200")); // which ended nothing
  // What is no key of that certificate is refused before anything listens.
  std::ofstream{file("other")} << "nonsense";
  const auto refused =
    run_program({"serve", "--data", home.data.string(), "--listen", "127.0.0.1:0", "--certificate",
                 file("certificate"), "--key", file("other")});
  CAF_CHECK(refused.exit_code != 0);
  CAF_CHECK(!refused.err.empty());
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
  client first{ntohs(at.sin_port)};
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
  const server_process server{home, {"--listen", "127.0.0.1:0", "--open"}};
  ::unsetenv("BROWSER");
  client feed{server.port};
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
  const server_process server{home};
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
  const server_process server{empty};
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

CAF_TEST(a page that lives hears of an event) {
  const server_process server{home};
  client feed{server.port};
  feed.send("GET /live?view=now HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  CAF_CHECK(contains(feed.receive(5s, "data: {"), "text/event-stream"));
  add_example_event(home.data, "the disk of a new event");
  const auto began = std::chrono::steady_clock::now();
  CAF_CHECK(contains(feed.receive(3s, "/event/2"), "/event/2"));
  CAF_CHECK(std::chrono::steady_clock::now() - began < 1500ms);
  // Their number is bounded.
  std::vector<std::unique_ptr<client>> feeds;
  std::size_t refused = 0;
  for (int i = 0; i < 20; ++i) {
    feeds.push_back(std::make_unique<client>(server.port));
    feeds.back()->send("GET /live?view=actors HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    refused += status_of(feeds.back()->receive(2s, "\r\n\r\n")) == "503";
  }
  CAF_CHECK_EQUAL(refused, 5u);
}

CAF_TEST(another address is refused without a token and TLS) {
  const auto said = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"serve", "--data", home.data.string(), "--listen", "0.0.0.0:0"});
    const auto result = run_program(more);
    CAF_CHECK_EQUAL(result.exit_code, 2);
    return result.err;
  };
  CAF_CHECK(contains(said({}), "--token-file"));
  const auto token = home.folder.path / "token";
  std::ofstream{token} << "0123456789abcdef\n";
  ::chmod(token.c_str(), 0600);
  CAF_CHECK(contains(said({"--token-file", token.string()}), "--certificate"));
  CAF_CHECK(contains(said({"--token-file", token.string(), "--certificate", "x"}), "--key"));
  const server_process server{home,
                              {"--listen", "0.0.0.0:0", "--token-file", token.string(),
                               "--behind-tls-proxy", "--name", "box.example"}};
  CAF_REQUIRE(server.port != 0);
  CAF_CHECK_EQUAL(status_of(get(server.port, "/")), "401");
  CAF_CHECK_EQUAL(status_of(get(server.port, "/data/status")), "401");
  CAF_CHECK(contains(get(server.port, "/", "Accept: text/html\r\n"), "The token of this server"));
  CAF_CHECK_EQUAL(status_of(get(server.port, "/", "Authorization: Bearer 0123456789abcdef\r\n")),
                  "200");
  CAF_CHECK_EQUAL(status_of(get(server.port, "/", "Authorization: Bearer 0123456789abcdeX\r\n")),
                  "401");
  CAF_CHECK_EQUAL(status_of(get(server.port, "/login?token=wrong")), "403");
  const auto welcome = get(server.port, "/login?token=0123456789abcdef");
  CAF_CHECK_EQUAL(status_of(welcome), "303");
  for (const auto* part : {"HttpOnly", "SameSite=Strict", "Secure"})
    CAF_CHECK(contains(welcome, part));
  const auto begin = welcome.find("pmactor=");
  const auto cookie = welcome.substr(begin, welcome.find(';', begin) - begin);
  CAF_CHECK_EQUAL(status_of(get(server.port, "/actors", "Cookie: " + cookie + "\r\n")), "200");
}

CAF_TEST_FIXTURE_SCOPE_END()
