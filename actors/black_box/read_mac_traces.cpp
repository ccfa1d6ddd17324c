#include "actors/black_box/read_mac_traces.hpp"

#include "messages/quote.hpp"
#include "messages/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace pmactor {
namespace {

constexpr std::size_t longest_line = 160;

/// @returns where the first line of the kernel's text ends: JSON has its line feeds as two characters.
std::size_t end_of_line(std::string_view text) {
  return std::min({text.size(), text.find('\n'), text.find("\\n")});
}

bool is_decoration(char c) {
  return c == ' ' || c == '"' || c == '\\' || c == '.' || c == ',' || c == '\r';
}

} // namespace

std::string find_panic_reason(std::string_view text) {
  // panic(cpu 2 caller 0xffffff8012345678): "a reason" @file.c:123
  const auto begin = text.find("panic(cpu ");
  if (begin == text.npos)
    return {};
  text.remove_prefix(begin);
  text = text.substr(0, end_of_line(text));
  const auto front = text.find("): ");
  if (front == text.npos)
    return {};
  text.remove_prefix(front + 3);
  // The file and the line that it comes from follow.
  if (const auto at = text.rfind('@'); at != text.npos && at > 0 && is_decoration(text[at - 1]))
    text = text.substr(0, at);
  while (!text.empty() && is_decoration(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_decoration(text.back()))
    text.remove_suffix(1);
  return harmless(cut_text(text, longest_line));
}

std::string find_shutdown_cause(std::string_view text) {
  constexpr std::string_view front = "Previous shutdown cause: ";
  const auto at = text.rfind(front);
  if (at == text.npos)
    return {};
  const auto says = text.substr(at + front.size());
  int code = 0;
  const auto [end, error] = std::from_chars(says.data(), says.data() + says.size(), code);
  return error == std::errc{} ? "shutdown cause [" + std::to_string(code) + ']' : std::string{};
}

} // namespace pmactor
