#define CAF_SUITE retry_clock

#include "actors/host/retry_clock.hpp"

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
  retry_clock x{0};
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
  retry_clock x{0};
  auto busy = answered(429);
  busy.retry_after = 90s;
  CAF_CHECK(x.failed(judge_http_answer(busy), busy) == 90s);
  busy.retry_after = std::chrono::hours{1000};
  CAF_CHECK(x.failed(judge_http_answer(busy), busy) == 3600s);
}

CAF_TEST(many machines do not come back at once) {
  retry_clock early{0}, late{1};
  const auto verdict = judge_http_answer(answered(503));
  CAF_CHECK(late.failed(verdict, answered(503)) > early.failed(verdict, answered(503)));
}
