// A log whose records the test writes, in the place of /dev/kmsg.
#define CAF_SUITE kernel_log_file_linux

#include "actors/host/kernel_log_file_linux.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;

namespace {

struct fixture {
  owned_descriptor writer;
  kernel_log_file aut{owned_descriptor{}};
  std::vector<std::string> found;

  fixture() {
    std::array<int, 2> ends{};
    CAF_REQUIRE_EQUAL(
      ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    writer = owned_descriptor{ends[0]};
    aut = kernel_log_file{owned_descriptor{ends[1]}};
  }
  void add(std::string_view record) const {
    ::send(writer.get(), record.data(), std::max<std::size_t>(1, record.size()), MSG_DONTWAIT);
  }
  /// @returns whether the end was reached.
  bool read(std::size_t most, std::size_t wanted) {
    found.clear();
    const auto reading = aut.read(most, [&](kernel_line line) {
      found.push_back(std::move(line.text));
      return found.size() < wanted;
    });
    CAF_CHECK(!reading.was_overrun);
    return reading.is_at_end;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(kernel_log_file_linux_tests, fixture)

CAF_TEST(what is no record is left out and what is behind it is read) {
  for (const char* bad : {"", "x", "4,", "4,1", ";;;;", "99999999999999999999,1,1,-;x"})
    add(bad);
  add("4,100,5140900000,-;sound\n");
  CAF_CHECK(read(100, 100));
  CAF_CHECK_EQUAL(found, std::vector<std::string>{"sound"});
}

CAF_TEST(a reading that is ended before the end says so and the next goes on) {
  for (const char* record : {"4,1,1,-;one\n", "4,2,1,-;two\n", "broken", "4,3,1,-;three\n"})
    add(record);
  CAF_CHECK(!read(100, 1)); // enough for the reader
  CAF_CHECK_EQUAL(found, std::vector<std::string>{"one"});
  CAF_CHECK(!read(2, 100)); // what is no record counts as well
  CAF_CHECK_EQUAL(found, std::vector<std::string>{"two"});
  CAF_CHECK(read(100, 100));
  CAF_CHECK_EQUAL(found, std::vector<std::string>{"three"});
}

CAF_TEST(a log that cannot be opened is at its end) {
  aut = kernel_log_file{"/dev/null/kmsg"};
  CAF_CHECK(!aut.is_open());
  CAF_CHECK(read(100, 100));
  CAF_CHECK(found.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
