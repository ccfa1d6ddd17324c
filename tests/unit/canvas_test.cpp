#define CAF_SUITE canvas

#include "app/top/canvas.hpp"

#include <string>

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a wide letter takes two cells and a mark none) {
  canvas out{6, 1, true};
  CAF_CHECK_EQUAL(out.put(0, 0, "\u6f22e\u0301x"), 4u);
  CAF_CHECK_EQUAL(out.text(), "\u6f22e\u0301x\n");
  CAF_CHECK_EQUAL(out.put(5, 0, "\u6f22"), 0u); // half of it is not shown
  out.put_left_of(6, 0, "yz");
  CAF_CHECK_EQUAL(out.text(), "\u6f22e\u0301xyz\n");
}

CAF_TEST(words that do not fit are left out whole) {
  canvas out{12, 1, true};
  out.put_words(0, 0, "one two, three four");
  CAF_CHECK_EQUAL(out.text(), "one two\u2026\n");
  canvas plain{12, 1, false};
  plain.put_words(0, 0, "one two, three four");
  CAF_CHECK_EQUAL(plain.text(), "one two...\n");
  canvas whole{12, 1, true};
  whole.put_words(0, 0, "one two four");
  CAF_CHECK_EQUAL(whole.text(), "one two four\n");
}
