// Reads the values of a property list out of pugixml's tree: words, numbers within reason, names, times. In
// a header, as most of them are called for every value of every document and must be inlined.
#pragma once

#include "messages/power.hpp"
#include "messages/read_real.hpp"
#include "messages/utf8.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pmactor::plist {

using pugi::xml_node;

/// Beyond this a number is no count, rate or time of any machine.
constexpr double absurd = 1e18;
// ---- words and numbers ------------------------------------------------------------------------

/// Most comparisons fail at the first letter, so that one is compared in place.
template <std::size_t Size>
bool is(const char* text, const char (&word)[Size]) {
  return text[0] == word[0] && std::strcmp(text, word) == 0;
}

/// The element's text; "" if it has none.
inline const char* text_of(xml_node value) {
  return value.child_value();
}

inline const char* skip_blanks(const char* text) {
  while (*text == ' ' || *text == '\n' || *text == '\r' || *text == '\t')
    ++text;
  return text;
}

/// Reads digits with at most one point among them, which is how nearly all numbers come. Exact: both parts
/// of the quotient are exact as doubles. @returns false if the text is anything else, or too long for that.
inline bool read_plain(const char* text, double& result) {
  static constexpr double powers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  constexpr std::size_t most_digits = 15;
  std::uint64_t digits = 0;
  std::size_t count = 0, behind_point = 0;
  bool has_point = false;
  for (;; ++text) {
    if (*text >= '0' && *text <= '9') {
      digits = digits * 10 + static_cast<std::uint64_t>(*text - '0');
      ++count;
      behind_point += has_point ? 1 : 0;
    } else if (*text == '.' && !has_point) {
      has_point = true;
    } else {
      break;
    }
    if (count > most_digits)
      return false;
  }
  if (*text != '\0' || count == 0)
    return false;
  result = static_cast<double>(digits) / powers[behind_point];
  return true;
}

/// @returns the element's number if it is finite and its text holds nothing else.
inline std::optional<double> number_of(xml_node value) {
  const auto* first = text_of(value);
  double result = 0;
  if (read_plain(first, result))
    return result;
  first = skip_blanks(first);
  const auto read = read_real(first, first + std::strlen(first), result);
  if (read.ec != std::errc{} || *skip_blanks(read.ptr) != '\0' || !std::isfinite(result))
    return std::nullopt;
  return result;
}

/// @returns a count, rate or time: a number that is neither negative nor absurd.
inline std::optional<double> amount_of(xml_node value) {
  const auto result = number_of(value);
  return result && *result >= 0 && *result <= absurd ? result : std::nullopt;
}

/// @returns a share of one. Rounding takes measured ones a little out of bounds.
inline std::optional<double> share_of(xml_node value) {
  const auto result = number_of(value);
  if (!result || *result < -0.1 || *result > 1.1)
    return std::nullopt;
  return std::clamp(*result, 0.0, 1.0);
}

inline std::optional<double> scaled(std::optional<double> x, double factor) {
  return x ? std::optional{*x * factor} : x;
}

inline std::optional<bool> flag_of(xml_node value) {
  if (is(value.name(), "true"))
    return true;
  if (is(value.name(), "false"))
    return false;
  const auto number = number_of(value);
  return number ? std::optional{*number != 0} : std::nullopt;
}

inline std::optional<char> letter_of(xml_node value) {
  const auto* text = text_of(value);
  return text[0] > ' ' && text[0] < 0x7f && text[1] == '\0' ? std::optional{text[0]} : std::nullopt;
}

inline std::optional<std::int64_t> pid_of(xml_node value) {
  const auto number = number_of(value);
  if (!number || *number < -2 || *number > 0x7fffffff || *number != std::trunc(*number))
    return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

/// @returns the text with its entities read. An `&` that starts none stays as it is: powermetrics does not
/// always escape names. Names are the only texts that may have any, so this is cheaper than to have
/// pugixml look for them everywhere.
inline std::string without_entities(std::string_view text) {
  static constexpr std::pair<std::string_view, char> named[] = {
    {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string result;
  while (!text.empty()) {
    const auto plain = std::min(text.find('&'), text.size());
    result += text.substr(0, plain);
    text.remove_prefix(plain);
    const auto before = text.size();
    for (const auto& [entity, meaning] : named) {
      if (text.starts_with(entity)) {
        result += meaning;
        text.remove_prefix(entity.size());
        break;
      }
    }
    if (text.starts_with("&#")) {
      const bool is_hex = text.starts_with("&#x");
      std::uint32_t code = 0;
      const auto* const last = text.data() + text.size();
      const auto read = std::from_chars(text.data() + (is_hex ? 3 : 2), last, code, is_hex ? 16 : 10);
      if (read.ec == std::errc{} && read.ptr != last && *read.ptr == ';') {
        if (code != 0)
          append_character(result, code);
        text.remove_prefix(static_cast<std::size_t>(read.ptr + 1 - text.data()));
      }
    }
    if (!text.empty() && text.size() == before) {
      result += text.front();
      text.remove_prefix(1);
    }
  }
  return result;
}

/// @returns the element's text as well-formed UTF-8 of bounded length; other bytes become U+FFFD.
inline std::string name_of(xml_node value) {
  constexpr auto limit = sample_decoder::longest_name;
  std::string_view text{text_of(value)};
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '&'; };
  if (text.size() <= limit && std::all_of(text.begin(), text.end(), is_plain))
    return std::string{text};
  std::string decoded;
  if (value.value()[0] != '\0') { // else it is character data, in which an `&` is an `&`
    decoded = without_entities(text);
    text = decoded;
  }
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const auto length = first_character(text.substr(i)).length;
    const auto piece = length == 0 ? std::string_view{"\xef\xbf\xbd"} : text.substr(i, length);
    if (result.size() + piece.size() > limit)
      break;
    result += piece;
    i += std::max<std::size_t>(length, 1);
  }
  return result;
}

/// @returns Unix seconds of a date like 2026-01-22T21:07:07Z.
inline std::optional<std::int64_t> time_of(xml_node value) {
  const std::string_view text{skip_blanks(text_of(value))};
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':'
      || text[16] != ':' || text[19] != 'Z')
    return std::nullopt;
  const auto digits = [text](std::size_t at, std::size_t count) {
    int result = -1;
    const auto* const last = text.data() + at + count;
    const auto read = std::from_chars(text.data() + at, last, result);
    return read.ec == std::errc{} && read.ptr == last ? result : -1;
  };
  const auto hour = digits(11, 2), minute = digits(14, 2), second = digits(17, 2);
  const std::chrono::year_month_day day{std::chrono::year{digits(0, 4)},
                                        std::chrono::month{static_cast<unsigned>(digits(5, 2))},
                                        std::chrono::day{static_cast<unsigned>(digits(8, 2))}};
  if (!day.ok() || int{day.year()} < 1970 || int{day.year()} > sample_decoder::last_year || hour < 0 || hour > 23 || minute < 0 || minute > 59
      || second < 0 || second > 60)
    return std::nullopt;
  const auto days = std::chrono::sys_days{day}.time_since_epoch().count();
  return ((std::int64_t{days} * 24 + hour) * 60 + minute) * 60 + second;
}

inline std::optional<thermal_pressure> pressure_of(xml_node value) {
  for (const auto known : {thermal_pressure::nominal, thermal_pressure::moderate,
                           thermal_pressure::heavy, thermal_pressure::trapping,
                           thermal_pressure::sleeping})
    if (to_string(known) == text_of(value))
      return known;
  return std::nullopt;
}

// ---- structure --------------------------------------------------------------------------------

/// Calls visit(key, value) for each entry of a dictionary, in order.
template <class Visit>
void each_entry(xml_node dict, Visit visit) {
  for (auto key = dict.first_child(); key; key = key.next_sibling()) {
    if (!is(key.name(), "key"))
      continue;
    const auto value = key.next_sibling();
    if (!value)
      return;
    visit(text_of(key), value);
    key = value;
  }
}

/// Calls visit(dict) for each dictionary of an array.
template <class Visit>
void each_dict(xml_node array, Visit visit) {
  for (auto item = array.first_child(); item; item = item.next_sibling())
    if (is(item.name(), "dict"))
      visit(item);
}

} // namespace pmactor::plist
