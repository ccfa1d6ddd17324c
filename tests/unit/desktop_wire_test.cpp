#define CAF_SUITE desktop_wire

#include "app/witness/desktop_wire.hpp"
#include "app/witness/find_x11_cookie.hpp"

#include "support/test.hpp"

#include <bit>

using namespace pmactor;
using namespace std::string_literals;

namespace {

/// Numbers in the byte order of this machine, as both protocols have them.
template <class Number>
std::string bytes_of(Number x) {
  const auto bytes = std::bit_cast<std::array<char, sizeof x>>(x);
  return {bytes.data(), bytes.size()};
}

std::string x11_setup(char status, std::uint16_t words) {
  return status + std::string(5, '\0') + bytes_of(words) + std::string(words * 4u, 'x');
}

/// A message of 32 bytes and, of those kinds that may be longer, so many words.
std::string x11_message(char kind, std::uint16_t number, std::uint32_t words = 0) {
  return kind + "\0"s + bytes_of(number) + bytes_of(words) + std::string(24 + words * 4u, 'y');
}

std::string wayland_event(std::uint32_t object, std::uint32_t event, const std::string& content) {
  return bytes_of(object) + bytes_of(static_cast<std::uint32_t>(8 + content.size()) << 16 | event)
         + content;
}

std::string wayland_answer() {
  return wayland_event(2, 0, bytes_of(4711u)) + wayland_event(1, 1, bytes_of(2u));
}

/// @returns what the last byte makes of it, if each comes alone and none before the last is an
/// answer.
desktop_answer take_one_by_one(desktop_wire& to, const std::string& bytes) {
  auto result = desktop_answer::awaited;
  for (const char x : bytes) {
    CAF_CHECK(result == desktop_answer::awaited);
    result = to.take({&x, 1});
  }
  return result;
}

/// An entry of an Xauthority file.
std::string entry(std::uint16_t family, const std::string& address, const std::string& display,
                  const std::string& name, const std::string& data) {
  const auto number = [](std::size_t x) {
    return std::string{static_cast<char>(x >> 8), static_cast<char>(x)};
  };
  std::string result = number(family);
  for (const auto& x : {address, display, name, data})
    result += number(x.size()) + x;
  return result;
}

const auto cookie_name = "MIT-MAGIC-COOKIE-1"s;
const std::string one(16, '1'), two(16, '2');

/// An X server that has let us in and was asked once.
struct asked_server {
  x11_wire wire{""};
  asked_server() {
    wire.question();
    CAF_REQUIRE(wire.take(x11_setup(1, 3)) == desktop_answer::whole);
    wire.question();
  }
};

} // namespace

CAF_TEST(an X server is asked to let us in with the cookie and then for the input focus) {
  x11_wire aut{one};
  const auto hello = aut.question();
  CAF_CHECK_EQUAL(hello.substr(0, 1), std::endian::native == std::endian::little ? "l" : "B");
  CAF_CHECK_EQUAL(hello.substr(2), bytes_of<std::uint16_t>(11) + bytes_of<std::uint16_t>(0)
                                     + bytes_of<std::uint16_t>(18) + bytes_of<std::uint16_t>(16)
                                     + "\0\0"s + cookie_name + "\0\0"s + one);
  CAF_CHECK(aut.take(x11_setup(1, 100)) == desktop_answer::whole);
  CAF_CHECK_EQUAL(aut.question(), "\x2b\0"s + bytes_of<std::uint16_t>(1));
}

CAF_TEST(without a cookie an X server is asked without any authorization) {
  CAF_CHECK_EQUAL(x11_wire{""}.question().substr(6), "\0\0\0\0\0\0"s);
}

CAF_TEST(an X server that does not let us in has refused) {
  for (const char status : {'\0', '\2', 'z'}) {
    x11_wire aut{""};
    aut.question();
    CAF_CHECK(aut.take(x11_setup(status, 2)) == desktop_answer::refused);
    CAF_CHECK(aut.take(x11_setup(1, 0)) == desktop_answer::refused);
  }
}

CAF_TEST(an answer of X11 may be cut anywhere) {
  x11_wire aut{""};
  aut.question();
  CAF_CHECK(take_one_by_one(aut, x11_setup(1, 5)) == desktop_answer::whole);
  aut.question();
  CAF_CHECK(take_one_by_one(aut, x11_message(34, 0) + x11_message(1, 1)) == desktop_answer::whole);
}

CAF_TEST(events of X11 of any length and answers to others are passed over) {
  asked_server its;
  CAF_CHECK(its.wire.take(x11_message(34, 1) + x11_message(35, 1, 70) + x11_message(1, 9, 3)
                          + x11_message(0, 8))
            == desktop_answer::awaited);
  CAF_CHECK(its.wire.take(x11_message(1, 1)) == desktop_answer::whole);
}

CAF_TEST(an error of X11 is an answer too) {
  asked_server its;
  CAF_CHECK(its.wire.take(x11_message(0, 1)) == desktop_answer::whole);
}

CAF_TEST(what follows an answer of X11 in the same bytes is not lost) {
  asked_server its;
  const auto event = x11_message(35, 1, 2);
  CAF_CHECK(its.wire.take(x11_message(1, 1) + event.substr(0, 34)) == desktop_answer::whole);
  its.wire.question();
  CAF_CHECK(its.wire.take(event.substr(34)) == desktop_answer::awaited);
  CAF_CHECK(its.wire.take(x11_message(1, 2)) == desktop_answer::whole);
}

CAF_TEST(answers of X11 are counted beyond what fits their number) {
  asked_server its;
  CAF_CHECK(its.wire.take(x11_message(1, 1)) == desktop_answer::whole);
  unsigned missing = 0;
  for (unsigned i = 2; i < 65540; ++i) {
    its.wire.question();
    missing +=
      its.wire.take(x11_message(1, static_cast<std::uint16_t>(i))) != desktop_answer::whole;
  }
  CAF_CHECK_EQUAL(missing, 0u);
}

CAF_TEST(a compositor is asked for a callback and has answered once its number is free) {
  wayland_wire aut;
  for (int i = 0; i < 3; ++i) {
    CAF_CHECK_EQUAL(aut.question(), bytes_of(1u) + bytes_of(12u << 16) + bytes_of(2u));
    CAF_CHECK(aut.take(wayland_event(2, 0, bytes_of(4711u))) == desktop_answer::awaited);
    CAF_CHECK(aut.take(wayland_event(1, 1, bytes_of(2u))) == desktop_answer::whole);
  }
}

CAF_TEST(an answer of Wayland may be cut anywhere) {
  wayland_wire aut;
  aut.question();
  CAF_CHECK(take_one_by_one(aut, wayland_answer()) == desktop_answer::whole);
}

CAF_TEST(events of Wayland that are none of ours are passed over) {
  wayland_wire aut;
  aut.question();
  CAF_CHECK(aut.take(wayland_event(7, 1, std::string(300, 'x')) + wayland_event(1, 1, bytes_of(3u))
                     + wayland_event(9, 1, "") + wayland_event(2, 1, bytes_of(2u)))
            == desktop_answer::awaited);
  const auto event = wayland_event(7, 0, "12345678");
  CAF_CHECK(aut.take(wayland_answer() + event.substr(0, 5)) == desktop_answer::whole);
  aut.question();
  CAF_CHECK(aut.take(event.substr(5) + wayland_answer()) == desktop_answer::whole);
}

CAF_TEST(an error of Wayland and a message without a length are a refusal) {
  wayland_wire aut, other;
  CAF_CHECK(aut.take(wayland_event(1, 0, std::string(20, 'x'))) == desktop_answer::refused);
  CAF_CHECK(aut.take(wayland_answer()) == desktop_answer::refused);
  CAF_CHECK(other.take(bytes_of(5u) + bytes_of(7u << 16)) == desktop_answer::refused);
}

CAF_TEST(the options of an X server stand in its command line) {
  CAF_CHECK_EQUAL(
    parse_x11_options("Xorg\0:0\0-auth\0/run/lightdm/root/:0\0-nolisten\0tcp\0"s).auth_file,
    "/run/lightdm/root/:0");
  CAF_CHECK(parse_x11_options("Xephyr\0:0\0-terminate\0"s).ends_with_last_client);
  for (const auto& line :
       {"Xorg\0-auth\0relative\0"s, "Xorg\0-auth"s, "Xorg\0-auth\0-terminate\0"s, ""s})
    CAF_CHECK(parse_x11_options(line) == x11_options{});
}

CAF_TEST(the cookie is that of the display on this machine) {
  const auto file =
    entry(0, "\x7f\0\0\1"s, "0", cookie_name, two) + entry(256, "pine", "0", cookie_name, two)
    + entry(256, "oak", "1", cookie_name, two) + entry(256, "oak", "0", "XDM-AUTHORIZATION-1", two)
    + entry(256, "oak", "0", cookie_name, one);
  CAF_CHECK_EQUAL(find_x11_cookie(file, 0, "oak"), one);
  CAF_CHECK_EQUAL(find_x11_cookie(file, 1, "oak"), two);
  CAF_CHECK_EQUAL(find_x11_cookie(file, 2, "oak"), "");
}

CAF_TEST(a cookie for any display or any machine will do and one of another name if there is no other) {
  CAF_CHECK_EQUAL(find_x11_cookie(entry(65535, "", "", cookie_name, one), 3, "oak"), one);
  CAF_CHECK_EQUAL(find_x11_cookie(entry(256, "pine", "0", cookie_name, one), 0, "oak"), one);
}

CAF_TEST(a file of cookies that is cut or garbage gives none) {
  const auto file = entry(65535, "", "0", cookie_name, one);
  for (std::size_t size = 0; size < file.size(); ++size)
    CAF_CHECK_EQUAL(find_x11_cookie(std::string_view{file}.substr(0, size), 0, "oak"), "");
  CAF_CHECK_EQUAL(find_x11_cookie(std::string(1000, '\xff'), 0, "oak"), "");
  CAF_CHECK_EQUAL(find_x11_cookie(entry(65535, "", "0", cookie_name, "short"), 0, "oak"), "");
}
