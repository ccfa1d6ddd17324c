#define CAF_SUITE expendable_job

#include "actors/host/expendable_thread.hpp"

#include "support/test.hpp"

#include <semaphore>
#include <thread>

using namespace pmactor;

CAF_TEST(a job that hangs is not started again beside itself and is when it goes on) {
  std::binary_semaphore answer{0};
  expendable_job aut;
  CAF_CHECK(aut.start("hangs", [&answer] { answer.acquire(); }));
  CAF_CHECK(!aut.start("hangs", [] {}));
  answer.release();
  while (!aut.start("goes-on", [] {}))
    std::this_thread::yield();
  while (expendable_threads_run())
    std::this_thread::yield();
}
