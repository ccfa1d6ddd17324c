#include "app/views/terminal.hpp"

#include "messages/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <clocale>
#include <cstdlib>
#include <ctime>
#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <system_error>
#include <utility>

namespace pmactor {
namespace {

bool locale_is_utf8() {
  const auto locale = ::newlocale(LC_CTYPE_MASK, "", static_cast<locale_t>(nullptr));
  if (locale == static_cast<locale_t>(nullptr))
    return false;
  const std::string_view codeset = ::nl_langinfo_l(CODESET, locale);
  const bool result = codeset == "UTF-8" || codeset == "utf8";
  ::freelocale(locale);
  return result;
}

bool is_set(const char* variable) {
  const auto* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

} // namespace

std::optional<std::size_t> line_width(const char* variable, std::size_t terminal) {
  constexpr std::size_t least = 20, most = 120;
  const std::string_view chosen = variable != nullptr ? variable : "";
  std::size_t width = 0;
  const auto [end, problem] = std::from_chars(chosen.data(), chosen.data() + chosen.size(), width);
  if (problem != std::errc{} || end != chosen.data() + chosen.size() || width == 0)
    width = terminal;
  return width > 0 ? std::optional{std::clamp(width, least, most)} : std::nullopt;
}

text_style style_of(int descriptor) {
  text_style result;
  result.unicode = locale_is_utf8();
  const bool is_terminal = ::isatty(descriptor) == 1;
  const auto* terminal = std::getenv("TERM");
  result.colour = is_terminal && !is_set("NO_COLOR") && terminal != nullptr
                  && std::string_view{terminal} != "dumb";
  struct winsize size {};
  const bool is_known = is_terminal && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0;
  const auto width = line_width(std::getenv("COLUMNS"), is_known ? size.ws_col : 0);
  result.is_cut = is_terminal || width;
  result.width = width.value_or(result.width);
  return result;
}

std::string painted(std::string_view text, paint how, const text_style& style) {
  static constexpr std::array codes{"", "1", "2", "31", "33", "32"};
  if (!style.colour || how == paint::plain)
    return std::string{text};
  return std::string{"\x1b["} + codes[static_cast<std::size_t>(how)] + 'm' + std::string{text}
         + "\x1b[0m";
}

std::string spelled(std::string text, const text_style& style) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 27> signs{{
    {"…", "..."},
    {"µ", "u"},
    {"–", "-"},
    {"●", "*"},
    {"○", "o"},
    {"×", "x"},
    {"├─", "|-"},
    {"└─", "`-"},
    {"│", "|"},
    {"•", "-"},
    {"·", "|"},
    {"°", " "},
    // Bars and curves, by their heights.
    {"▁", "."},
    {"▂", "."},
    {"▃", ":"},
    {"▄", ":"},
    {"▅", "+"},
    {"▆", "+"},
    {"▇", "#"},
    {"█", "#"},
    {"▏", " "},
    {"▎", " "},
    {"▍", "-"},
    {"▌", "-"},
    {"▋", "="},
    {"▊", "="},
    {"▉", "#"},
  }};
  if (style.unicode)
    return text;
  for (const auto& [sign, letters] : signs)
    for (auto at = text.find(sign); at != std::string::npos;
         at = text.find(sign, at + letters.size()))
      text.replace(at, sign.size(), letters);
  return text;
}

std::string cut(std::string_view text, std::size_t width, const text_style& style) {
  if (width_of(text) <= width)
    return std::string{text};
  const std::string_view ellipsis = style.unicode ? "…" : "...";
  const auto kept = width - std::min(width, width_of(ellipsis));
  return std::string{head_of(text, kept)} + std::string{ellipsis};
}

std::string padded(std::string text, std::size_t width) {
  text.append(width - std::min(width, width_of(text)), ' ');
  return text;
}

std::string padded_left(std::string text, std::size_t width) {
  text.insert(0, width - std::min(width, width_of(text)), ' ');
  return text;
}

std::string as_column(std::string text, std::size_t width) {
  text = padded(std::move(text), width);
  if (text.empty() || text.back() != ' ')
    text += ' ';
  return text;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  width = std::max<std::size_t>(width, 1);
  std::vector<std::string> result;
  while (width_of(text) > width) {
    // One more than fits, as the space that ends a line takes no room.
    const auto room = head_of(text, width + 1);
    auto end = room.rfind(' ');
    std::size_t skipped = 1;
    if (end == std::string_view::npos || end == 0) {
      end = std::max(head_of(text, width).size(), first_character(text).length);
      skipped = 0;
    }
    result.emplace_back(text.substr(0, end));
    text.remove_prefix(end + skipped);
  }
  if (!text.empty() || result.empty())
    result.emplace_back(text);
  return result;
}

std::string local_time(std::int64_t unix_seconds, std::int64_t now_unix_seconds) {
  const auto when = static_cast<std::time_t>(unix_seconds);
  const auto today = static_cast<std::time_t>(now_unix_seconds);
  std::tm a{}, b{};
  constexpr std::int64_t year_10000 = 253'402'300'800;
  if (unix_seconds < 0 || unix_seconds >= year_10000 || ::localtime_r(&when, &a) == nullptr)
    return {};
  const bool same_day =
    ::localtime_r(&today, &b) != nullptr && a.tm_year == b.tm_year && a.tm_yday == b.tm_yday;
  std::array<char, 32> text{};
  const auto size =
    std::strftime(text.data(), text.size(), same_day ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &a);
  return {text.data(), size};
}

} // namespace pmactor
