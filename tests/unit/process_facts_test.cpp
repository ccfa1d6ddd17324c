#define CAF_SUITE process_facts

#include "actors/host/process_facts.hpp"

#include <csignal>
#include <limits>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// A child process that does nothing but wait.
struct idle_child {
  pid_t pid = ::fork();
  idle_child() {
    if (pid == 0)
      for (;;)
        ::pause();
  }
  ~idle_child() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
};

template <class Predicate>
bool soon(Predicate holds) {
  for (int i = 0; i < 500; ++i) {
    if (holds())
      return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

} // namespace

CAF_TEST(a process knows itself) {
  const auto self = own_identity();
  CAF_CHECK_EQUAL(self.pid, ::getpid());
  CAF_CHECK(self.start > 0);
  CAF_CHECK_EQUAL(self.boot_id.size(), 36u);
  CAF_CHECK(identity_of(self.pid) == self);
}

CAF_TEST(there is no process with a pid that cannot be) {
  CAF_CHECK(!facts_of(0));
  CAF_CHECK(!facts_of(-1));
  CAF_CHECK(!facts_of(std::numeric_limits<std::int64_t>::max()));
  CAF_CHECK(!identity_of(-1));
}

CAF_TEST(a stopped process is distinguished from a sleeping one) {
  idle_child child;
  CAF_CHECK(soon([&] { return facts_of(child.pid)->state == 'S'; }));
  ::kill(child.pid, SIGSTOP);
  CAF_CHECK(soon([&] { return facts_of(child.pid)->state == 'T'; }));
  const auto facts = facts_of(child.pid);
  CAF_CHECK_EQUAL(facts->threads.size(), 1u);
  CAF_CHECK_EQUAL(facts->threads[0].id, child.pid);
  CAF_CHECK(facts->memory > 0.0);
  CAF_CHECK(!facts->frozen);
}

CAF_TEST(a zombie has facts but no identity) {
  idle_child child;
  CAF_CHECK(identity_of(child.pid).has_value());
  ::kill(child.pid, SIGKILL);
  CAF_CHECK(soon([&] { return facts_of(child.pid)->state == 'Z'; }));
  CAF_CHECK(!identity_of(child.pid));
}

CAF_TEST(two processes differ in their start or pid) {
  idle_child one, other;
  CAF_CHECK(identity_of(one.pid) != identity_of(other.pid));
  CAF_CHECK(identity_of(one.pid) == identity_of(one.pid));
}

CAF_TEST(threads have ids of their own) {
  const auto mine = own_thread_id();
  std::int64_t other = 0;
  std::thread{[&] { other = own_thread_id(); }}.join();
  CAF_CHECK(mine > 0);
  CAF_CHECK(other > 0);
  CAF_CHECK(mine != other);
}

CAF_TEST(the clocks run) {
  const auto before = read_clocks();
  std::this_thread::sleep_for(2ms);
  const auto after = read_clocks();
  CAF_CHECK(after.awake - before.awake >= 2ms);
  CAF_CHECK(after.total - before.total >= 2ms);
  CAF_CHECK(after.total >= after.awake);
  CAF_CHECK(after.wall > std::chrono::hours{24 * 365 * 50});
}
