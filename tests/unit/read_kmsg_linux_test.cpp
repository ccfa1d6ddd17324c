// A log whose records the test writes, in the place of /dev/kmsg.
#define CAF_SUITE read_kmsg_linux

#include "actors/host/read_clock.hpp"
#include "actors/kernel_log/read_kmsg_linux.hpp"
#include "messages/match_incident.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <sys/socket.h>

#include "support/hostile_log.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct log_pipe {
  std::array<int, 2> ends{};
  owned_descriptor writer;
  std::unique_ptr<log_reader> aut;
  std::uint64_t number = 100;

  log_pipe() {
    CAF_REQUIRE_EQUAL(
      ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    writer = owned_descriptor{ends[0]};
    aut = read_kmsg(kernel_log_file{owned_descriptor{ends[1]}});
  }
  bool add(const std::string& text) {
    const auto record = "4," + std::to_string(number) + ",5140900000,-;" + text + '\n';
    const bool is_sent =
      ::send(writer.get(), record.data(), record.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
    number += is_sent ? 1 : 0;
    return is_sent;
  }
};

// A virtual machine's CPU that was stolen meanwhile is counted too, so one measure alone holds nothing.
template <class Task>
std::chrono::nanoseconds cpu_time_of(Task task) {
  const auto began = read_clock(CLOCK_THREAD_CPUTIME_ID);
  task();
  return read_clock(CLOCK_THREAD_CPUTIME_ID) - began;
}

} // namespace

CAF_TEST(records are read in order and gaps in their numbers are lines that were not read) {
  log_pipe log;
  log.add("one");
  log.add("two");
  auto found = log.aut->read();
  CAF_REQUIRE_EQUAL(found.lines.size(), 2u);
  CAF_CHECK_EQUAL(found.lines[1].text, "two");
  CAF_CHECK_EQUAL(found.skipped, 0u);
  log.number += 500; // overwritten before they were read
  log.add("three");
  found = log.aut->read();
  CAF_CHECK_EQUAL(found.lines.size(), 1u);
  CAF_CHECK_EQUAL(found.skipped, 500u);
  CAF_CHECK(log.aut->read().lines.empty());
}

CAF_TEST(a flood costs a look no more than its budget) {
  log_pipe log;
  const std::string garbage(900, '[');
  std::array<std::chrono::nanoseconds, 21> took{};
  for (auto& x : took) {
    while (log.add(garbage))
      ;
    x = cpu_time_of([&] { CAF_CHECK(log.aut->read().lines.size() <= 4000u); });
  }
  const auto middle = took.begin() + took.size() / 2;
  std::nth_element(took.begin(), middle, took.end());
  CAF_CHECK(*middle < 40ms); // 15 ms, and what the look that noticed it took
}

CAF_TEST(the most hostile lines are judged within a budget) {
  // One line of each rule's own words again and again, which nearly matches.
  for (const auto& line : hostile_lines()) {
    auto least = std::chrono::nanoseconds::max();
    for (int round = 0; round < 3; ++round)
      least = std::min(least, cpu_time_of([&] {
                         match_incident(line, log_source::kernel);
                         match_incident(line, log_source::program);
                       }));
    CAF_CHECK(least < 5ms);
  }
}
