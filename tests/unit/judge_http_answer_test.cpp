#define CAF_SUITE judge_http_answer

#include "actors/notifier/judge_http_answer.hpp"

#include "support/test.hpp"

using namespace pmactor;

namespace {

http_answer answered(int status, const std::string& body = {}) {
  http_answer x;
  x.status = status;
  x.body = body;
  return x;
}

} // namespace

CAF_TEST(an answer says what becomes of what was sent) {
  CAF_CHECK(judge_http_answer(answered(200)).what == send_outcome::taken);
  CAF_CHECK(judge_http_answer(answered(204)).what == send_outcome::taken);
  for (const int status : {408, 429, 500, 502, 503, 504})
    CAF_CHECK(judge_http_answer(answered(status)).what == send_outcome::later);
  for (const int status : {301, 302, 401, 403, 404, 405})
    CAF_CHECK(judge_http_answer(answered(status)).what == send_outcome::misplaced);
  CAF_CHECK(judge_http_answer(answered(413)).what == send_outcome::too_large);
  CAF_CHECK(judge_http_answer(answered(400)).what == send_outcome::refused);
}

CAF_TEST(no answer is a reason to try again) {
  http_answer none;
  none.problem = "Connection refused";
  const auto x = judge_http_answer(none);
  CAF_CHECK(x.what == send_outcome::later);
  CAF_CHECK_EQUAL(x.says, "gave no answer: Connection refused");
}

CAF_TEST(the words of a receiver are one clean line) {
  CAF_CHECK_EQUAL(judge_http_answer(answered(401, "go\r\naway\x1b[31m\n")).says, "answered 401: go  away\\x1b[31m");
  CAF_CHECK(judge_http_answer(answered(401, std::string(5000, 'x'))).says.size() < 200);
}
