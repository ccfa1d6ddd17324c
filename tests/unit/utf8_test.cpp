#define CAF_SUITE utf8

#include "messages/utf8.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(each code becomes a character and a code again) {
  for (char32_t code = 0; code <= 0x110000; ++code) {
    std::string text;
    append_character(text, code);
    const bool is_one = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    if (text.empty() == is_one)
      CAF_FAIL("for " << static_cast<unsigned>(code));
    if (!is_one)
      continue;
    const auto first = first_character(text + "x");
    if (first.code != code || first.length != text.size())
      CAF_FAIL("for " << static_cast<unsigned>(code));
  }
}

CAF_TEST(what is no character has no length) {
  for (const auto* bytes :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80",
        "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE",
        "\xFF", "\xC3", "\xC3x", "\xE2\x82", "\xE2\x82x", "\xF0\x9F\x98"})
    CAF_CHECK_EQUAL(first_character(bytes).length, 0u);
}
