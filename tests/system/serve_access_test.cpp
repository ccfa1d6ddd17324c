// Which requests and clients `pmactor serve` refuses or limits, and what protects it: TLS and the token.
#define CAF_SUITE serve_access

#include "support/web_server.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(serve_access_tests, web_fixture)

CAF_TEST(what is no plain question is refused) {
  const web_server server{home};
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
  const web_server server{home};
  get(server.port, "/");
  const auto before = server.memory();
  // One that never ends its headers.
  web_client slow{server.port};
  slow.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  const auto began = std::chrono::steady_clock::now();
  // Ten megabytes of headers, as one and as many.
  for (const std::string& piece :
       {std::string(1024, 'a'), std::string("X: ") + std::string(1000, 'b') + "\r\n"}) {
    web_client big{server.port};
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
    std::vector<std::unique_ptr<web_client>> crowd;
    for (int i = 0; i < 1000; ++i) {
      crowd.push_back(std::make_unique<web_client>(server.port, false));
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
  const web_server server{
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
  const web_server server{home,
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
