#define CAF_SUITE decide_resend

#include "actors/notifier/decide_resend.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

http_answer answered(int status) {
  http_answer x;
  x.status = status;
  return x;
}

} // namespace

CAF_TEST(the wait doubles up to five minutes and begins anew after a success) {
  resend_backoff x{0};
  const auto verdict = judge_http_answer(answered(503));
  CAF_CHECK(x.failed(verdict, answered(503)) == 1s);
  CAF_CHECK(x.failed(verdict, answered(503)) == 2s);
  for (int i = 0; i < 20; ++i)
    x.failed(verdict, answered(503));
  CAF_CHECK(x.failed(verdict, answered(503)) == 300s);
  x.succeeded();
  CAF_CHECK(x.failed(verdict, answered(503)) == 1s);
}

CAF_TEST(a receiver may ask for a longer wait but not for ever) {
  resend_backoff x{0};
  auto busy = answered(429);
  busy.retry_after = 90s;
  CAF_CHECK(x.failed(judge_http_answer(busy), busy) == 90s);
  busy.retry_after = std::chrono::hours{1000};
  CAF_CHECK(x.failed(judge_http_answer(busy), busy) == 3600s);
}

CAF_TEST(what is refused or too large is not sent again as it is) {
  for (const auto x : {send_outcome::later, send_outcome::misplaced})
    CAF_CHECK(is_worth_resending(x));
  for (const auto x : {send_outcome::taken, send_outcome::too_large, send_outcome::refused})
    CAF_CHECK(!is_worth_resending(x));
}

CAF_TEST(many machines do not come back at once) {
  resend_backoff early{0}, late{1};
  const auto verdict = judge_http_answer(answered(503));
  CAF_CHECK(late.failed(verdict, answered(503)) > early.failed(verdict, answered(503)));
}
