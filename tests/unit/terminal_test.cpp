#define CAF_SUITE terminal

#include "app/views/terminal.hpp"

#include "messages/time.hpp"

#include <cstdlib>
#include <ctime>
#include <limits>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

constexpr text_style plain{false, true, 80}, ascii{false, false, 80};

} // namespace

CAF_TEST(widths are those of a terminal) {
  CAF_CHECK_EQUAL(width_of("音楽プレーヤー"), 14u); // two cells each
  CAF_CHECK_EQUAL(width_of("e\u0301cran"), 5u);     // a mark on a letter takes none
  CAF_CHECK_EQUAL(width_of("a\u200bb\ufe0f"), 2u);
  CAF_CHECK_EQUAL(width_of("🔥"), 2u);
  CAF_CHECK_EQUAL(width_of("한글"), 4u);
  CAF_CHECK_EQUAL(width_of("Ωж…–"), 4u);
  CAF_CHECK_EQUAL(width_of("\xff\xc3"), 2u); // a terminal shows something for each
  CAF_CHECK_EQUAL(padded("音", 4), "音  ");
  CAF_CHECK_EQUAL(head_of("音楽", 3), "音"); // no half of a character
  CAF_CHECK_EQUAL(cut("音楽プレーヤー", 6, {}), "音楽…");
  CAF_CHECK_EQUAL(wrapped("音楽プレ", 5).size(), 2u);
  CAF_CHECK_EQUAL(wrapped("音楽", 1).size(), 2u); // what fits nowhere stands alone
}

CAF_TEST(a column never runs into the next one) {
  CAF_CHECK_EQUAL(as_column("a", 3), "a  ");
  CAF_CHECK_EQUAL(as_column("abc", 3), "abc ");
  CAF_CHECK_EQUAL(as_column("abcd", 3), "abcd ");
  CAF_CHECK_EQUAL(as_column("音楽", 3), "音楽 ");
}

CAF_TEST(a width is not counted in bytes) {
  CAF_CHECK_EQUAL(width_of(""), 0u);
  CAF_CHECK_EQUAL(width_of("écran"), 5u);
  CAF_CHECK_EQUAL(padded("é", 3), "é  ");
  CAF_CHECK_EQUAL(padded_left("é", 3), "  é");
  CAF_CHECK_EQUAL(padded("longer", 3), "longer");
}

CAF_TEST(what is cut ends in an ellipsis and between characters) {
  CAF_CHECK_EQUAL(cut("écran", 5, plain), "écran");
  CAF_CHECK_EQUAL(cut("écrans", 5, plain), "écra…");
  CAF_CHECK_EQUAL(cut("écrans", 5, ascii), "éc...");
  CAF_CHECK_EQUAL(cut("ab", 0, plain), "…");
}

CAF_TEST(lines break at spaces where there are any) {
  const auto joined = [](std::string_view text, std::size_t width) {
    std::string result;
    for (const auto& line : wrapped(text, width))
      result += line + '|';
    return result;
  };
  CAF_CHECK_EQUAL(joined("", 5), "|");
  CAF_CHECK_EQUAL(joined("one two", 7), "one two|");
  CAF_CHECK_EQUAL(joined("one two", 6), "one|two|");
  CAF_CHECK_EQUAL(joined("one two three", 7), "one two|three|");
  CAF_CHECK_EQUAL(joined("éééééé", 4), "éééé|éé|");
  CAF_CHECK_EQUAL(joined(" leads", 3), " le|ads|");
  CAF_CHECK_EQUAL(joined("abc", 0), "a|b|c|");
}

CAF_TEST(a time of another day has its date) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  CAF_CHECK_EQUAL(local_time(1795252327, 1795252327), "09:12:07");
  CAF_CHECK_EQUAL(local_time(1795252327 - 86400, 1795252327), "2026-11-20 09:12:07");
  CAF_CHECK_EQUAL(local_time(-1, 0), "");
  CAF_CHECK_EQUAL(local_time(std::numeric_limits<std::int64_t>::max(), 0), "");
}

CAF_TEST(COLUMNS decides how wide lines are and else the terminal) {
  CAF_CHECK_EQUAL(line_width(nullptr, 100).value_or(0), 100u);
  CAF_CHECK_EQUAL(line_width("60", 100).value_or(0), 60u);
  CAF_CHECK_EQUAL(line_width("60", 0).value_or(0), 60u);
  CAF_CHECK(!line_width(nullptr, 0));
  for (const auto* none : {"", "0", "wide", "60x", "-5", "99999999999999999999999"})
    CAF_CHECK_EQUAL(line_width(none, 100).value_or(0), 100u);
  CAF_CHECK_EQUAL(line_width("1", 0).value_or(0), 20u);
  CAF_CHECK_EQUAL(line_width("1000", 0).value_or(0), 120u);
  ::setenv("COLUMNS", "61", 1);
  const auto style = style_of(-1);
  ::unsetenv("COLUMNS");
  CAF_CHECK_EQUAL(style.width, 61u);
  CAF_CHECK(style.is_cut);
}

CAF_TEST(what is no terminal gets no colours) {
  ::unsetenv("COLUMNS");
  const auto style = style_of(-1);
  CAF_CHECK(!style.colour);
  CAF_CHECK_EQUAL(style.width, 80u);
  CAF_CHECK(!style.is_cut);
  CAF_CHECK_EQUAL(painted("x", paint::red, style), "x");
}

CAF_TEST(without Unicode no sign of ours is beyond ASCII) {
  text_style plain;
  plain.unicode = false;
  for (const char c : spelled("▁▂▃▄▅▆▇█▏▎▍▌▋▊▉…µ–●○×├─└─│•·°", plain))
    CAF_CHECK(static_cast<unsigned char>(c) < 0x80);
}
