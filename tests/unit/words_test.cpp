#define CAF_SUITE words

#include "messages/trimmed.hpp"
#include "messages/words.hpp"

#include "support/test.hpp"

#include <limits>

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(a measured length has three digits) {
  CAF_CHECK_EQUAL(spelled(0ns), "0 µs");
  CAF_CHECK_EQUAL(spelled(35us), "35 µs");
  CAF_CHECK_EQUAL(spelled(1700us), "1.7 ms");
  CAF_CHECK_EQUAL(spelled(409ms), "409 ms");
  CAF_CHECK_EQUAL(spelled(999600us), "1.00 s");
  CAF_CHECK_EQUAL(spelled(3907ms), "3.91 s");
  CAF_CHECK_EQUAL(spelled(42s), "42.0 s");
  CAF_CHECK_EQUAL(spelled(125s), "2 min 5 s");
  CAF_CHECK_EQUAL(spelled(59'960ms), "1 min");
  CAF_CHECK_EQUAL(spelled(8h + 12min), "8 h 12 min");
  CAF_CHECK_EQUAL(spelled(76h), "3 d 4 h");
  CAF_CHECK_EQUAL(spelled(-2s), "-2.00 s");
}

CAF_TEST(lengths of time are reported in their two largest units) {
  CAF_CHECK_EQUAL(to_words(0ns), "0 µs");
  CAF_CHECK_EQUAL(to_words(64us), "64 µs");
  CAF_CHECK_EQUAL(to_words(12345us), "12 ms");
  CAF_CHECK_EQUAL(to_words(1999ms), "1.9 s");
  CAF_CHECK_EQUAL(to_words(10s), "10 s");
  CAF_CHECK_EQUAL(to_words(192s), "3 min 12 s");
  CAF_CHECK_EQUAL(to_words(180s), "3 min");
  CAF_CHECK_EQUAL(to_words(2h + 5min + 59s), "2 h 5 min");
  CAF_CHECK_EQUAL(to_words(76h), "3 d 4 h");
  CAF_CHECK_EQUAL(to_words(-42s), "-42 s");
  CAF_CHECK_EQUAL(to_words(std::chrono::nanoseconds::min()), "-106751 d 23 h");
}

CAF_TEST(thousands are set apart) {
  CAF_CHECK_EQUAL(grouped(0), "0");
  CAF_CHECK_EQUAL(grouped(999), "999");
  CAF_CHECK_EQUAL(grouped(1000), "1,000");
  CAF_CHECK_EQUAL(grouped(1234567), "1,234,567");
}

CAF_TEST(an amount has a unit and no more digits than matter) {
  CAF_CHECK_EQUAL(bytes_in_words(0), "0 B");
  CAF_CHECK_EQUAL(bytes_in_words(999), "999 B");
  CAF_CHECK_EQUAL(bytes_in_words(25'600), "25.6 kB");
  CAF_CHECK_EQUAL(bytes_in_words(999'600), "1.0 MB");
  CAF_CHECK_EQUAL(bytes_in_words(300'000'000), "300 MB");
  CAF_CHECK_EQUAL(bytes_in_words(std::numeric_limits<std::uint64_t>::max()), "18446744 TB");
}

CAF_TEST(what is too long to print is cut) {
  CAF_CHECK_EQUAL(printed("%d of %s", 3, "them"), "3 of them");
  CAF_CHECK_EQUAL(printed("%.0f", 1e300).size(), 255u);
}

CAF_TEST(a list has nothing before the first and after the last) {
  CAF_CHECK_EQUAL(joined({}), "");
  CAF_CHECK_EQUAL(joined({"a"}), "a");
  CAF_CHECK_EQUAL(joined({"a", "b", "c"}), "a, b, c");
  CAF_CHECK_EQUAL(joined({"a", "b"}, " "), "a b");
}

CAF_TEST(a list of limited room has whole parts and the number of the others) {
  CAF_CHECK_EQUAL(joined_within({}, 20), "");
  CAF_CHECK_EQUAL(joined_within({"a", "b", "c"}, 7), "a, b, c");
  CAF_CHECK_EQUAL(joined_within({"aaaa", "bbbb", "cccc", "dddd"}, 21), "aaaa, bbbb and 2 more");
  CAF_CHECK_EQUAL(joined_within({"aaaa", "bbbb", "cccc", "dddd"}, 20), "aaaa and 3 more");
  CAF_CHECK_EQUAL(joined_within({"a\u00e4"}, 2), "a");
  const std::vector<std::string> parts{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"};
  for (std::size_t room = 14; room < 60; ++room)
    CAF_CHECK_LESS_OR_EQUAL(joined_within(parts, room).size(), room);
}

CAF_TEST(only a letter of ASCII becomes a capital) {
  CAF_CHECK_EQUAL(capitalised(""), "");
  CAF_CHECK_EQUAL(capitalised("disk sda"), "Disk sda");
  CAF_CHECK_EQUAL(capitalised("éclair"), "éclair");
  CAF_CHECK_EQUAL(capitalised("9 lives"), "9 lives");
}

CAF_TEST(only the blanks around a text are taken off it) {
  CAF_CHECK_EQUAL(trimmed("  a b "), "a b");
  CAF_CHECK_EQUAL(trimmed("\ta "), "\ta");
  CAF_CHECK_EQUAL(trimmed(" \ta\n", " \t\n"), "a");
  CAF_CHECK_EQUAL(trimmed("a"), "a");
  CAF_CHECK_EQUAL(trimmed("   "), "");
  CAF_CHECK_EQUAL(trimmed(""), "");
}
