#define CAF_SUITE watch_handlers

#include "actors/supervision/watch_handlers.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(a handler is as old as the look that met it first) {
  handler_watch x;
  CAF_CHECK(x.look(3, 0s, 100s) == 0s);
  CAF_CHECK(x.look(3, 55s, 101s) == 0s);
  CAF_CHECK(x.look(3, 55s, 102s) == 1s);
  CAF_CHECK(x.look(3, 55s, 115s) == 14s);
}

CAF_TEST(the next handler begins anew and each slot has its own) {
  handler_watch x;
  x.look(0, 55s, 100s);
  x.look(1, 55s, 105s);
  CAF_CHECK(x.look(0, 55s, 110s) == 10s);
  CAF_CHECK(x.look(1, 55s, 110s) == 5s);
  CAF_CHECK(x.look(0, 56s, 111s) == 0s);
  CAF_CHECK(x.look(0, 0s, 112s) == 0s);
  CAF_CHECK(x.look(0, 56s, 113s) == 0s);
}
