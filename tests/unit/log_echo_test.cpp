#define CAF_SUITE log_echo

#include "app/instance/log_echo.hpp"

#include <array>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;

namespace {

std::string read_all(int fd) {
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  std::string result;
  std::array<char, 4096> room{};
  for (ssize_t n = 0; (n = ::read(fd, room.data(), room.size())) > 0;)
    result.append(room.data(), static_cast<std::size_t>(n));
  return result;
}

std::string count(std::uint64_t lines) {
  return std::to_string(lines) + " lost";
}

} // namespace

CAF_TEST(the journal gets the priority in front) {
  CAF_CHECK_EQUAL(journal_line(log_level::error, "a b: C."), "<3>a b: C.");
  CAF_CHECK_EQUAL(journal_line(log_level::warning, "x"), "<4>x");
  CAF_CHECK_EQUAL(journal_line(log_level::info, "x"), "<6>x");
  CAF_CHECK_EQUAL(journal_line(log_level::debug, "x"), "<7>x");
}

CAF_TEST(a reader that does not read holds up nothing and learns what it missed) {
  for (const bool is_socket : {false, true}) {
    std::array<int, 2> ends{};
    CAF_REQUIRE_EQUAL(is_socket ? ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) : ::pipe(ends.data()), 0);
    line_writer out{is_socket ? ends[0] : ends[1]};
    const int reader = is_socket ? ends[1] : ends[0];
    const std::string line(1000, 'x');
    for (int i = 0; i < 2000; ++i) // more than either takes
      out.write(line, count);
    auto text = read_all(reader);
    CAF_CHECK(text.size() < 2'000'000);
    out.write("the next", count);
    text = read_all(reader);
    CAF_CHECK(text.find(" lost\nthe next\n") != text.npos);
    ::close(ends[0]);
    ::close(ends[1]);
  }
}
