// A log whose records the test writes, in the place of /dev/kmsg.
#define CAF_SUITE read_kmsg_linux

#include "actors/host/match_incident.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/kernel_log/read_kmsg_linux.hpp"

#include <array>
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
    aut = read_kmsg(owned_descriptor{ends[1]});
  }
  bool add(const std::string& text) {
    const auto record = "4," + std::to_string(number) + ",5140900000,-;" + text + '\n';
    const bool is_sent =
      ::send(writer.get(), record.data(), record.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
    number += is_sent ? 1 : 0;
    return is_sent;
  }
};

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

CAF_TEST(what is no record is left out and what is behind it is read) {
  log_pipe log;
  for (const char* bad : {"", "x", "4,", "4,1", ";;;;", "99999999999999999999,1,1,-;x"})
    ::send(log.writer.get(), bad, std::max<std::size_t>(1, std::string{bad}.size()), MSG_DONTWAIT);
  log.add("sound");
  const auto found = log.aut->read();
  CAF_REQUIRE_EQUAL(found.lines.size(), 1u);
  CAF_CHECK_EQUAL(found.lines[0].text, "sound");
}

CAF_TEST(a flood costs a look no more than its budget) {
  log_pipe log;
  const std::string garbage(900, '[');
  for (int round = 0; round < 20; ++round) {
    while (log.add(garbage))
      ;
    const auto began = read_clock(CLOCK_THREAD_CPUTIME_ID);
    const auto found = log.aut->read();
    CAF_CHECK(found.lines.size() <= 4000u);
    // 15 ms, and what the look that noticed it took.
    CAF_CHECK(read_clock(CLOCK_THREAD_CPUTIME_ID) - began < 40ms);
  }
}

CAF_TEST(the most hostile lines are judged within a budget) {
  // One line of each rule's own words again and again, which nearly matches.
  for (const auto& line : hostile_lines()) {
    const auto began = read_clock(CLOCK_THREAD_CPUTIME_ID);
    match_incident(line, log_source::kernel);
    match_incident(line, log_source::program);
    CAF_CHECK(read_clock(CLOCK_THREAD_CPUTIME_ID) - began < 5ms);
  }
}
