#define CAF_SUITE quote

#include "messages/quote.hpp"

#include <nlohmann/json.hpp>

#include "support/test.hpp"

using namespace pmactor;

namespace {

const std::string hostile[] = {"\"; rm -rf ~ #", "-n", "two\nlines\r\t", "\x1b[31mred\x1b]0;title\x07",
                               "<b>&", std::string{"nul\0nul", 7}, "\xff\xfe", "\xc2\x9b" "31m", "\x7f",
                               "plain \xc3\xa4"};

} // namespace

CAF_TEST(any bytes become JSON that means the same) {
  for (const auto& x : hostile) {
    const auto parsed = nlohmann::json::parse(json_quoted(x), nullptr, false);
    CAF_REQUIRE(parsed.is_string());
    if (x[0] != '\xff')
      CAF_CHECK_EQUAL(parsed.get<std::string>(), x);
  }
  CAF_CHECK_EQUAL(json_quoted("\xff" "a"), "\"\\ufffda\"");
}

CAF_TEST(neither form holds what a terminal obeys) {
  for (const auto& x : hostile)
    for (const auto& shown : {json_quoted(x), harmless(x)})
      for (std::size_t i = 0; i < shown.size(); ++i) {
        const auto byte = static_cast<unsigned char>(shown[i]);
        CAF_CHECK(byte >= 0x20 || byte == '\n' || byte == '\t');
        CAF_CHECK(byte != 0x7f);
        CAF_CHECK(!(byte == 0xc2 && i + 1 < shown.size() && static_cast<unsigned char>(shown[i + 1]) < 0xa0));
      }
}

CAF_TEST(harmless text is left as it is) {
  CAF_CHECK_EQUAL(harmless("a\tb\nc \xc3\xa4"), "a\tb\nc \xc3\xa4");
  CAF_CHECK_EQUAL(harmless("\x1b[31m\r"), "\\x1b[31m\\x0d");
  CAF_CHECK_EQUAL(harmless("\xff"), "\xEF\xBF\xBD");
}
