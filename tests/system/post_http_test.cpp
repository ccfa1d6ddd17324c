#define CAF_SUITE post_http

#include "actors/host/post_http.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#include "support/http_receiver.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

http_answer post(const std::string& url, std::chrono::nanoseconds timeout = 5s) {
  http_request x;
  x.url = url;
  x.headers = {"Content-Type: application/json", "Authorization: Bearer s3cret"};
  x.body = R"({"a":1})";
  x.timeout = timeout;
  return post_http(x, [] { return false; });
}

} // namespace

CAF_TEST(what is sent arrives as it is) {
  http_receiver receiver{[](std::size_t) { return http_reply(200, "", "thanks"); }};
  const auto answer = post(receiver.url() + "/v1/logs");
  CAF_CHECK_EQUAL(answer.status, 200);
  CAF_CHECK_EQUAL(answer.body, "thanks");
  CAF_REQUIRE_EQUAL(receiver.requests().size(), 1u);
  const auto request = receiver.requests()[0];
  CAF_CHECK(request.head.starts_with("POST /v1/logs HTTP/1.1\r\n"));
  CAF_CHECK(request.head.find("\r\nAuthorization: Bearer s3cret") != std::string::npos);
  CAF_CHECK_EQUAL(request.body, R"({"a":1})");
}

CAF_TEST(a receiver that refuses gives no answer) {
  std::string url;
  {
    http_receiver gone{[](std::size_t) { return http_reply(200); }};
    url = gone.url();
  }
  const auto answer = post(url);
  CAF_CHECK_EQUAL(answer.status, 0);
  CAF_CHECK(!answer.problem.empty());
}

CAF_TEST(a receiver that does not answer is given up in time) {
  http_receiver receiver{[](std::size_t) { return std::string{"hang"}; }};
  const auto began = std::chrono::steady_clock::now();
  const auto answer = post(receiver.url(), 300ms);
  CAF_CHECK_EQUAL(answer.status, 0);
  CAF_CHECK(std::chrono::steady_clock::now() - began < 5s);
}

CAF_TEST(a receiver that closes halfway has not answered) {
  http_receiver receiver{[](std::size_t n) {
    return n == 0 ? std::string{} : std::string{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"part"};
  }};
  CAF_CHECK_EQUAL(post(receiver.url()).status, 0);
  CAF_CHECK_EQUAL(post(receiver.url()).status, 0);
}

CAF_TEST(a receiver says when to come back) {
  http_receiver receiver{[](std::size_t) { return http_reply(429, "Retry-After: 120\r\n"); }};
  const auto answer = post(receiver.url());
  CAF_CHECK_EQUAL(answer.status, 429);
  CAF_REQUIRE(answer.retry_after.has_value());
  CAF_CHECK(*answer.retry_after == 120s);
}

CAF_TEST(a redirection does not get the secret) {
  http_receiver elsewhere{[](std::size_t) { return http_reply(200); }};
  http_receiver receiver{[&](std::size_t) { return http_reply(302, "Location: " + elsewhere.url() + "/\r\n"); }};
  CAF_CHECK_EQUAL(post(receiver.url()).status, 302);
  CAF_CHECK(elsewhere.requests().empty());
}

CAF_TEST(an answer without end takes no memory) {
  http_receiver receiver{[](std::size_t) { return http_reply(200, "", std::string(5'000'000, 'x')); }};
  const auto answer = post(receiver.url());
  CAF_CHECK(answer.body.size() <= 4096u);
}

CAF_TEST(nothing but HTTP is spoken) {
  CAF_CHECK_EQUAL(post("file:///etc/passwd").status, 0);
  CAF_CHECK_EQUAL(post("no url").status, 0);
}

CAF_TEST(a request is given up when its sender ends) {
  http_receiver receiver{[](std::size_t) { return std::string{"hang"}; }};
  std::atomic<bool> over{false};
  std::thread ending{[&over] { over = true; }};
  http_request x;
  x.url = receiver.url();
  x.timeout = 60s;
  const auto began = std::chrono::steady_clock::now();
  CAF_CHECK_EQUAL(post_http(x, [&over] { return over.load(); }).status, 0);
  CAF_CHECK(std::chrono::steady_clock::now() - began < 10s);
  ending.join();
}
