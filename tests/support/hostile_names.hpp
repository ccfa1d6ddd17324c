// Names that a process may well have, and that have hurt other programs.
#pragma once

#include <string>
#include <vector>

namespace pmactor {

inline std::vector<std::string> hostile_names() {
  using namespace std::string_literals;
  return {
    "\"; rm -rf ~ #",
    "$(touch /tmp/pmactor-was-here)`id`",
    "-n",
    "--help",
    "--hint=string:x:y",
    "two\nlines\r\nand\ttabs",
    "\x1b]0;title\x07\x1b[2J\x1b[31mred\x1b[0m",
    "<b>&</b>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href=\"http://example.org/\">&lt;",
    "'\" onmouseover=\"alert(1)",
    "</svg></style><script>alert(1)</script>",
    "\" & (do shell script \"id\") & \"",
    "%s%n%x {0}",
    "\xff\xfe\xc3(\xe2\x82",
    "turned\u202Eround\u2066\u200B",
    "nul\0inside"s,
    std::string(10'000, 'A'),
    "",
    " ",
  };
}

} // namespace pmactor
