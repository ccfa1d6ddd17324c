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
    // Markup, and what turns into it when it is decoded once too often.
    "<svg onload=alert(1)>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "<meta http-equiv=refresh content=0;url=//example.org>",
    "<base href=//example.org/>",
    "</title></textarea></noscript><script>alert(1)</script>",
    "<!-- --!> <![CDATA[ ]]> -->",
    "&#60;script&#62;alert(1)&lt;/script&gt;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\\u003cscript\\u003ealert(1)",
    "\xc0\xbcscript\xc0\xbe", // overlong
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\"}</script><script>alert(1)//",
    "{{7*7}}${7*7}<%=7*7%>",
    // What a terminal obeys: a link, the clipboard, a question that it answers, C1 controls.
    "\x1b]8;;http://example.org\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;aWQ=\x07",
    "\x1b[6n\x1b[c\x05",
    "\xc2\x9b"
    "2J\xc2\x9d"
    "0;title\xc2\x9c",
    "\x9b"
    "2J",
    "rubbed\b\b\b\b\b\b out\x7f\x0e",
    // Marks that turn or hide text, separators of lines, half and broken characters.
    "\u202Dleft\u202C\u2067right\u2069\u200F\u061C",
    "\u05D0\u05D1\u05D2 123 \u0633\u0644\u0627\u0645",
    "one\u2028two\u2029three\u0085"
    "four\uFEFF",
    "\xed\xa0\x80\xed\xb0\x80", // surrogates
    "\xf4\x90\x80\x80\xf8\x88\x80\x80\x80",
    "z\u0351\u0352\u0353\u0354\u0355\u0356\u0357\u0358\u0359\u035A\u035B\u035C\u035D\u035E\u035F",
    // What other programs obey.
    "x\r\nSet-Cookie: pmactor=1\r\n\r\n<html>",
    "'; DROP TABLE events; --",
    "../../../../etc/passwd",
  };
}

} // namespace pmactor
