#define CAF_SUITE recent_kernel_lines

#include "actors/black_box/recent_kernel_lines.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

kernel_line line(std::chrono::nanoseconds at, int priority, std::string text) {
  kernel_line x;
  x.at = at;
  x.priority = priority;
  x.text = std::move(text);
  return x;
}

} // namespace

CAF_TEST(lines are kept for a minute with how long ago they were) {
  recent_kernel_lines aut;
  aut.add(line(10s, 3, "old"));
  aut.add(line(69s, 3, "nvme0: I/O timeout"));
  CAF_CHECK_EQUAL(aut.of_last_minute(72s),
                  std::vector<std::string>{"nvme0: I/O timeout (3 s before)"});
  CAF_CHECK(aut.of_last_minute(200s).empty());
}

CAF_TEST(a warning stays where chatter would push it out) {
  recent_kernel_lines aut;
  aut.add(line(1s, 3, "sda: I/O error"));
  for (int i = 0; i < 100; ++i)
    aut.add(line(2s, 6, "eth0: link up " + std::to_string(i)));
  auto found = aut.of_last_minute(2s);
  CAF_REQUIRE_EQUAL(found.size(), recent_kernel_lines::most);
  CAF_CHECK_EQUAL(found.front(), "sda: I/O error (1 s before)");
  CAF_CHECK_EQUAL(found.back(), "eth0: link up 99");
  for (int i = 0; i < 100; ++i)
    aut.add(line(2s, 2, "error " + std::to_string(i)));
  found = aut.of_last_minute(2s);
  CAF_CHECK_EQUAL(found.front(), "error 92");
}

CAF_TEST(foreign bytes are made harmless and what programs log is left out) {
  recent_kernel_lines aut;
  auto program = line(1s, 3, "systemd: hello");
  program.facility = 3;
  aut.add(program);
  aut.add(line(1s, 3, "\x1b[31m" + std::string(500, 'x')));
  const auto found = aut.of_last_minute(1s);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].find('\x1b') == std::string::npos);
  CAF_CHECK(found[0].size() < 200);
}
