// What a display server sends, which display servers there are said to be, and files of cookies:
// any bytes.
#include "fuzz/fuzz.hpp"

#include "app/witness/desktop_wire.hpp"
#include "app/witness/find_desktops.hpp"
#include "app/witness/find_x11_cookie.hpp"

using namespace pmactor;
using namespace pmactor::fuzz;

namespace {

/// @returns how many answers there are in the bytes, taken in pieces of that many.
int answers(desktop_wire& wire, std::string_view bytes, std::size_t piece) {
  int result = 0;
  wire.question();
  while (!bytes.empty()) {
    const auto answer = wire.take(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    if (answer == desktop_answer::refused) {
      must(wire.take(bytes) == desktop_answer::refused || bytes.empty(), "a refusal is for good");
      return -1;
    }
    if (answer == desktop_answer::whole) {
      ++result;
      wire.question();
    }
  }
  return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  const std::size_t piece = 1 + in.byte();
  const auto bytes = in.all();
  x11_wire x11{""};
  answers(x11, bytes, piece);
  wayland_wire one, two;
  const auto at_once = answers(one, bytes, 1), in_pieces = answers(two, bytes, piece);
  must((at_once < 0) == (in_pieces < 0), "a cut refuses nothing");
  must(at_once < 0 || at_once >= in_pieces, "a cut adds no answer");
  for (const auto& x : find_desktops(bytes))
    must(!x.socket.empty() && name_of(x).size() < 64, "a desktop has a place and a name that fits");
  const auto cookie = find_x11_cookie(bytes, 0, "host");
  must(cookie.empty() || cookie.size() == 16, "a cookie has its length");
  const auto file = parse_x11_options(bytes).auth_file;
  must(file.empty() || file.front() == '/', "a file is a whole path");
  return 0;
}
