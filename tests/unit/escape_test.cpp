#define CAF_SUITE escape

#include "app/views/escape.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(plain text passes as it is) {
  CAF_CHECK_EQUAL(escaped("kworker/0:1 – écran 画面"), "kworker/0:1 – écran 画面");
}

CAF_TEST(what moves a cursor or rings a bell is spelled out) {
  CAF_CHECK_EQUAL(escaped("a\nb\tc\x1b[2J\x07\x7f"), "a\\nb\\tc\\x1b[2J\\x07\\x7f");
  CAF_CHECK_EQUAL(escaped("\xc2\x9b" "31m"), "\\xc2\\x9b31m");
  CAF_CHECK_EQUAL(escaped("\xe2\x80\xae" "txt"), "\\xe2\\x80\\xaetxt");
}

CAF_TEST(bytes that are no character are spelled out) {
  CAF_CHECK_EQUAL(escaped("\xff\xc3(\xe2\x82"), "\\xff\\xc3(\\xe2\\x82");
  CAF_CHECK_EQUAL(escaped("\xc0\xaf"), "\\xc0\\xaf");         // overlong
  CAF_CHECK_EQUAL(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80"); // surrogate
}

CAF_TEST(a backslash is doubled so that no name can pretend to be escaped) {
  CAF_CHECK_EQUAL(escaped("\\x1b"), "\\\\x1b");
}

CAF_TEST(what is escaped already is not escaped once more) {
  CAF_CHECK_EQUAL(escaped_once("level is \"lo\\\"ud\""), "level is \"lo\\\"ud\"");
  CAF_CHECK_EQUAL(escaped_once(escaped("a\x1b[2J")), "a\\x1b[2J");
  CAF_CHECK_EQUAL(escaped_once("\x1b[2J\\"), "\\x1b[2J\\\\");
}
