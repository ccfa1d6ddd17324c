#define CAF_SUITE judge_answer

#include "actors/host/judge_answer.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

http_answer answered(int status, const std::string& body = {}) {
  http_answer x;
  x.status = status;
  x.body = body;
  return x;
}

} // namespace

CAF_TEST(an answer says what becomes of what was sent) {
  CAF_CHECK(judge_answer(answered(200)).what == send_outcome::taken);
  CAF_CHECK(judge_answer(answered(204)).what == send_outcome::taken);
  for (const int status : {408, 429, 500, 502, 503, 504})
    CAF_CHECK(judge_answer(answered(status)).what == send_outcome::later);
  for (const int status : {301, 302, 401, 403, 404, 405})
    CAF_CHECK(judge_answer(answered(status)).what == send_outcome::misplaced);
  CAF_CHECK(judge_answer(answered(413)).what == send_outcome::too_large);
  CAF_CHECK(judge_answer(answered(400)).what == send_outcome::refused);
}

CAF_TEST(no answer is a reason to try again) {
  http_answer none;
  none.problem = "Connection refused";
  const auto x = judge_answer(none);
  CAF_CHECK(x.what == send_outcome::later);
  CAF_CHECK_EQUAL(x.says, "gave no answer: Connection refused");
}

CAF_TEST(the words of a receiver are one clean line) {
  CAF_CHECK_EQUAL(judge_answer(answered(401, "go\r\naway\x1b[31m\n")).says, "answered 401: go  away\\x1b[31m");
  CAF_CHECK(judge_answer(answered(401, std::string(5000, 'x'))).says.size() < 200);
}

CAF_TEST(the wait doubles up to five minutes and begins anew after a success) {
  retry_clock x{0};
  const auto verdict = judge_answer(answered(503));
  CAF_CHECK(x.failed(verdict, answered(503)) == 1s);
  CAF_CHECK(x.failed(verdict, answered(503)) == 2s);
  for (int i = 0; i < 20; ++i)
    x.failed(verdict, answered(503));
  CAF_CHECK(x.failed(verdict, answered(503)) == 300s);
  x.succeeded();
  CAF_CHECK(x.failed(verdict, answered(503)) == 1s);
}

CAF_TEST(a receiver may ask for a longer wait but not for ever) {
  retry_clock x{0};
  auto busy = answered(429);
  busy.retry_after = 90s;
  CAF_CHECK(x.failed(judge_answer(busy), busy) == 90s);
  busy.retry_after = std::chrono::hours{1000};
  CAF_CHECK(x.failed(judge_answer(busy), busy) == 3600s);
}

CAF_TEST(many machines do not come back at once) {
  retry_clock early{0}, late{1};
  const auto verdict = judge_answer(answered(503));
  CAF_CHECK(late.failed(verdict, answered(503)) > early.failed(verdict, answered(503)));
}
