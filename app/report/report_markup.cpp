#include "app/report/report_markup.hpp"

#include "app/views/escape.hpp"
#include "messages/quote.hpp"
#include "messages/utf8.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace pmactor::report {

std::string html(std::string_view text, std::size_t most) {
  const auto shown = cut_text(text, most);
  return without_markup(escaped(shown)) + (shown.size() < text.size() ? "…" : "");
}

std::string with_whole_amounts(std::string_view text) {
  static constexpr std::array<std::string_view, 12> units{"s",     "ms", "µs", "min", "h",  "d",
                                                          "bytes", "kB", "MB", "GB",  "°C", "%"};
  constexpr std::string_view digits{"0123456789"}, ends{" ,.;:)/"};
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_behind_digit = text[i] == ' ' && i > 0 && digits.find(text[i - 1]) != digits.npos;
    const auto unit = text.substr(i + 1, text.find_first_of(ends, i + 1) - (i + 1));
    if (is_behind_digit && std::find(units.begin(), units.end(), unit) != units.end())
      result += "\u00a0";
    else
      result += text[i];
  }
  return result;
}

std::string name_of(std::string_view text) {
  return "<bdi>" + html(text, 120) + "</bdi>";
}

double round_up(double x) {
  if (!(x > 0))
    return 1;
  const auto power = std::pow(10, std::floor(std::log10(x)));
  for (const double step : {1.0, 2.0, 5.0, 10.0})
    if (x <= step * power * 1.0001)
      return step * power;
  return 10 * power;
}

std::string number(double x, int decimals) {
  return printed("%.*f", decimals, std::clamp(x, -1e15, 1e15));
}

std::string bytes_text(double x) {
  if (x >= 1e9)
    return number(x / 1e9, x < 1e10 ? 1 : 0) + " GB";
  if (x >= 1e6)
    return number(x / 1e6, x < 1e7 ? 1 : 0) + " MB";
  if (x >= 1e3)
    return number(x / 1e3, x < 1e4 ? 1 : 0) + " kB";
  return number(x) + " bytes";
}

std::string percent_unit(double x) {
  return number(x) + "\u202F%";
}

std::string rate_unit(double x) {
  if (x < 1)
    return "0";
  return bytes_text(x) + "/s";
}

const char* identity_note() {
  return " It may name this machine, its users and what programs were called with; "
         "<code>pmactor report --redact</code> writes a page without, to hand on.";
}

std::string section(const char* id, const char* title, const std::string& inside) {
  return std::string{"<section aria-labelledby=\""} + id + "\"><h2 id=\"" + id + "\">" + title
         + "</h2>" + inside + "</section>\n";
}

} // namespace pmactor::report
