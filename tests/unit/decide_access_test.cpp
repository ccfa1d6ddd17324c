#define CAF_SUITE decide_access

#include "app/web/answer.hpp"
#include "app/web/decide_access.hpp"
#include "app/web/listen.hpp"
#include "app/web/read_token.hpp"

#include <fstream>
#include <sys/stat.h>

#include "support/temporary_folder.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace pmactor::web;

namespace {

request asking(const std::string& host, const std::string& path = "/") {
  request x;
  x.method = "GET";
  x.path = path;
  x.headers = {{"host", host}};
  return x;
}

request with(request x, const std::string& name, const std::string& value) {
  x.headers.emplace_back(name, value);
  return x;
}

int status_of(const request& x, const access_policy& policy = {}) {
  return decide_access(x, policy).status;
}

const access_policy guarded{{"box.example"}, true, "0123456789abcdef", "session-word"};

} // namespace

CAF_TEST(this machine may ask by its own names) {
  for (const auto* host : {"127.0.0.1", "127.0.0.1:7788", "localhost", "LocalHost:7788", "[::1]",
                           "[::1]:7788", "127.1.2.3:80"})
    CAF_CHECK_EQUAL(status_of(asking(host)), 200);
}

CAF_TEST(a name that anybody may point here is refused) {
  for (const auto* host :
       {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.1.7",
        "[fe80::1]", "", "127.0.0.1@evil", "127.0.0.1:80:90", "[::1", "[::1]x", "localhost:port",
        "local host", "127.0.0.1\t\tx", "[]", ":80", "0x7f.1", "2130706433"})
    CAF_CHECK_EQUAL(status_of(asking(host)), 421);
  auto twice = with(asking("localhost"), "host", "localhost");
  CAF_CHECK_EQUAL(status_of(twice), 400);
  twice.headers.clear();
  CAF_CHECK_EQUAL(status_of(twice), 400);
}

CAF_TEST(only GET and HEAD are known) {
  for (const auto* method :
       {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "", "G\nT"}) {
    auto x = asking("localhost");
    x.method = method;
    CAF_CHECK_EQUAL(status_of(x), 405);
  }
  auto head = asking("localhost");
  head.method = "HEAD";
  CAF_CHECK_EQUAL(status_of(head), 200);
}

CAF_TEST(a request with a body is refused whatever it says of its length) {
  const auto x = asking("localhost");
  CAF_CHECK_EQUAL(status_of(with(x, "content-length", "5")), 400);
  CAF_CHECK_EQUAL(status_of(with(x, "content-length", "+0")), 400);
  CAF_CHECK_EQUAL(status_of(with(x, "content-length", "0x0")), 400);
  CAF_CHECK_EQUAL(status_of(with(with(x, "content-length", "0"), "content-length", "0")), 400);
  CAF_CHECK_EQUAL(status_of(with(x, "transfer-encoding", "chunked")), 400);
  CAF_CHECK_EQUAL(status_of(with(x, "transfer-encoding", "identity")), 400);
  CAF_CHECK_EQUAL(status_of(with(x, "upgrade", "h2c")), 400);
  CAF_CHECK_EQUAL(status_of(with(x, "content-length", "0")), 200);
}

CAF_TEST(another site may lead here but load nothing) {
  const auto x = asking("localhost");
  CAF_CHECK_EQUAL(
    status_of(with(with(x, "sec-fetch-site", "cross-site"), "sec-fetch-mode", "no-cors")), 403);
  CAF_CHECK_EQUAL(status_of(with(with(x, "sec-fetch-site", "same-site"), "sec-fetch-mode", "cors")),
                  403);
  CAF_CHECK_EQUAL(
    status_of(with(with(x, "sec-fetch-site", "cross-site"), "sec-fetch-mode", "navigate")), 200);
  CAF_CHECK_EQUAL(
    status_of(with(with(x, "sec-fetch-site", "same-origin"), "sec-fetch-mode", "cors")), 200);
}

CAF_TEST(where a token is asked for nothing is shown without it) {
  const auto x = asking("192.168.1.7:7788");
  CAF_CHECK_EQUAL(status_of(x, guarded), 401);
  CAF_CHECK_EQUAL(status_of(asking("box.example"), guarded), 401);
  CAF_CHECK_EQUAL(status_of(asking("evil.example"), guarded), 421);
  CAF_CHECK_EQUAL(status_of(with(x, "authorization", "Bearer 0123456789abcdef"), guarded), 200);
  CAF_CHECK_EQUAL(status_of(with(x, "authorization", "bearer  0123456789abcdef "), guarded), 200);
  for (const auto* wrong :
       {"Bearer 0123456789abcdeF", "Bearer 0123456789abcde", "Bearer ", "Basic 0123456789abcdef",
        "0123456789abcdef", "Bearer 0123456789abcdef0", "Bearer"})
    CAF_CHECK_EQUAL(status_of(with(x, "authorization", wrong), guarded), 401);
  CAF_CHECK_EQUAL(status_of(with(x, "cookie", "a=b; pmactor=session-word; c=d"), guarded), 200);
  for (const auto* wrong : {"pmactor=0123456789abcdef", "pmactor=", "xpmactor=session-word",
                            "pmactor", "pmactor=session-wor"})
    CAF_CHECK_EQUAL(status_of(with(x, "cookie", wrong), guarded), 401);
}

CAF_TEST(the token logs in and a wrong one does not ) {
  auto x = asking("192.168.1.7", "/login");
  CAF_CHECK_EQUAL(status_of(x, guarded), 401);
  x.query = {{"token", "0123456789abcdef"}};
  CAF_CHECK(decide_access(x, guarded).what == access::login);
  x.query = {{"token", "0123456789abcdeg"}};
  CAF_CHECK(decide_access(x, guarded).what == access::refused);
  CAF_CHECK_EQUAL(status_of(x, guarded), 403);
  x.query = {{"token", ""}};
  CAF_CHECK(decide_access(x, guarded).what == access::refused);
}

CAF_TEST(an empty token is never right) {
  access_policy policy{{}, true, "0123456789abcdef", ""};
  CAF_CHECK_EQUAL(status_of(with(asking("1.2.3.4"), "cookie", "pmactor="), policy), 401);
  CAF_CHECK(!equal_in_constant_time("", ""));
}

CAF_TEST(queries are decoded or refused) {
  const auto found = parse_query("from=1&to=2%2E5&x=a+b%20c&&empty=&alone");
  CAF_REQUIRE(found);
  CAF_REQUIRE_EQUAL(found->size(), 5u);
  CAF_CHECK_EQUAL((*found)[1].second, "2.5");
  CAF_CHECK_EQUAL((*found)[2].second, "a b c");
  for (const auto* bad : {"a=%", "a=%4", "a=%zz", "a=%00", "a=%0a", "%1b=x"})
    CAF_CHECK(!parse_query(bad));
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += "a=b&";
  CAF_CHECK(!parse_query(many));
}

CAF_TEST(the longest path that fits answers) {
  const auto none = [](const request&) { return answer{}; };
  const std::vector<route> all{
    {"/", none}, {"/event/", none}, {"/event/special/", none}, {"/metrics", none}};
  CAF_CHECK(find_route(all, "/") == &all[0]);
  CAF_CHECK(find_route(all, "/event/7") == &all[1]);
  CAF_CHECK(find_route(all, "/event/special/x") == &all[2]);
  CAF_CHECK(find_route(all, "/metrics") == &all[3]);
  for (const auto* path :
       {"/metrics/", "/Metrics", "//", "/../etc/passwd", "/event", "", "/%2e%2e/"})
    CAF_CHECK(find_route(all, path) == nullptr);
}

CAF_TEST(every answer keeps a browser from doing anything else) {
  std::string all;
  for (const auto& [name, value] : security_headers({}))
    all += name + ": " + value + '\n';
  for (const auto* part : {"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'",
                           "nosniff", "no-store", "no-referrer"})
    CAF_CHECK(all.find(part) != all.npos);
  CAF_CHECK(all.find("unsafe-eval") == all.npos);
  CAF_CHECK(all.find("script-src 'self' 'unsafe-inline'") == all.npos);
}

CAF_TEST(addresses to listen on are read) {
  CAF_CHECK_EQUAL(parse_listen_address("127.0.0.1", 7788)->port, 7788);
  CAF_CHECK_EQUAL(parse_listen_address("127.0.0.1:80", 7788)->port, 80);
  CAF_CHECK_EQUAL(parse_listen_address("[::1]:80", 7788)->host, "::1");
  CAF_CHECK_EQUAL(parse_listen_address("::1", 7788)->port, 7788);
  CAF_CHECK_EQUAL(parse_listen_address("0.0.0.0:0", 7788)->port, 0);
  for (const auto* bad : {"", "localhost", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "[::1",
                          "[::1]80", "1.2.3", "[1.2.3.4]:x"})
    CAF_CHECK(!parse_listen_address(bad, 7788));
}

CAF_TEST(a token is read from a file that belongs to its owner alone) {
  temporary_folder folder;
  const auto file = folder.path / "token";
  const auto refusal = [&file](const std::string& content, unsigned mode) {
    std::ofstream{file} << content;
    ::chmod(file.c_str(), mode);
    try {
      return "read " + read_token(file);
    } catch (const std::runtime_error& e) {
      return std::string{e.what()};
    }
  };
  CAF_CHECK_EQUAL(refusal("0123456789abcdef\n", 0600), "read 0123456789abcdef");
  CAF_CHECK(refusal("0123456789abcdef\n", 0640).find("chmod 600") != std::string::npos);
  CAF_CHECK(refusal("0123456789abcdef\n", 0604).find("chmod 600") != std::string::npos);
  CAF_CHECK(refusal("short\n", 0600).find("16 characters") != std::string::npos);
  CAF_CHECK(refusal("two words of a token\n", 0600).find("one word") != std::string::npos);
  CAF_CHECK(random_word().size() == 64 && random_word() != random_word());
}
