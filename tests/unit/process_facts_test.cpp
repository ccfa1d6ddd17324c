#define CAF_SUITE process_facts

#include "actors/host/process_facts.hpp"
#include "actors/host/read_clock.hpp"

#include <chrono>
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

/// Waits until the child has stopped (WSTOPPED) or ended (WEXITED), and leaves it to be waited for again.
bool comes_to(pid_t child, int what) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(child), &info, what | WNOWAIT) == 0;
}

/// The kernel says of no process that it has begun to sleep, so it is asked until it is so.
bool falls_asleep(pid_t child) {
  for (const auto until = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < until;) {
    if (facts_of(child)->state == 'S')
      return true;
    std::this_thread::yield();
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
  CAF_CHECK(falls_asleep(child.pid));
  ::kill(child.pid, SIGSTOP);
  CAF_REQUIRE(comes_to(child.pid, WSTOPPED));
  const auto facts = facts_of(child.pid);
  CAF_CHECK_EQUAL(facts->state, 'T');
  CAF_CHECK_EQUAL(facts->threads.size(), 1u);
  CAF_CHECK_EQUAL(facts->threads[0].id, child.pid);
  CAF_CHECK(facts->memory > 0.0);
  CAF_CHECK(!facts->frozen);
}

CAF_TEST(a zombie has facts but no identity) {
  idle_child child;
  CAF_CHECK(identity_of(child.pid).has_value());
  ::kill(child.pid, SIGKILL);
  CAF_REQUIRE(comes_to(child.pid, WEXITED));
  CAF_CHECK_EQUAL(facts_of(child.pid)->state, 'Z');
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

CAF_TEST(the clocks are those of the system and run) {
  const auto before = read_clock(awake_clock);
  const auto first = read_clocks();
  const auto between = read_clock(awake_clock);
  const auto second = read_clocks();
  CAF_CHECK(first.awake >= before && first.awake <= between);
  CAF_CHECK(second.awake >= between && second.total >= first.total);
  CAF_CHECK(second.total >= second.awake);
  CAF_CHECK(second.wall > std::chrono::hours{24 * 365 * 50});
  auto later = second;
  while (later.awake == second.awake || later.total == second.total)
    later = read_clocks();
  CAF_CHECK(later.awake > second.awake && later.total > second.total);
}
