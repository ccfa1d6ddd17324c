#define CAF_SUITE post_http

#include "actors/host/post_http.hpp"
#include "actors/notifier/judge_http_answer.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#ifdef __linux__
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#endif

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

CAF_TEST(a body is JSON unless its sender says otherwise) {
  http_receiver receiver{[](std::size_t) { return http_reply(200); }};
  http_request x;
  x.url = receiver.url();
  x.body = "froze";
  post_http(x, [] { return false; });
  x.headers = {"content-type: text/plain"};
  post_http(x, [] { return false; });
  CAF_REQUIRE_EQUAL(receiver.requests().size(), 2u);
  CAF_CHECK(receiver.requests()[0].head.find("\r\nContent-Type: application/json\r\n")
            != std::string::npos);
  const auto head = receiver.requests()[1].head;
  CAF_CHECK(head.find("\r\ncontent-type: text/plain\r\n") != std::string::npos);
  CAF_CHECK_EQUAL(head.find("application/json"), head.npos);
}

#ifdef __linux__
CAF_TEST(
  a process that its unit keeps off the network says that rather than what libcurl makes of it) {
  http_receiver receiver{[](std::size_t) { return http_reply(200); }};
  http_answer answer;
  std::thread{[&] { // the rule is of this thread alone, and what systemd makes of
                    // RestrictAddressFamilies=AF_UNIX
    sock_filter rule[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 0, 2), // all other calls pass
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT)};
    sock_fprog program{static_cast<unsigned short>(std::size(rule)), rule};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
      answer = post(receiver.url());
    else
      answer.problem = "no filter";
  }}
    .join();
  if (answer.problem == "no filter") {
    CAF_MESSAGE("this kernel has no seccomp");
    return;
  }
  CAF_CHECK_EQUAL(answer.status, 0);
  CAF_CHECK(answer.problem.find("run `pmactor install` again") != std::string::npos);
  const auto says = judge_http_answer(answer).says;
  CAF_CHECK(says.ends_with("install` again"));
  CAF_CHECK_EQUAL(post(receiver.url()).status, 200);
}
#endif

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
