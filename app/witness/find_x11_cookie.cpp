#include "app/witness/find_x11_cookie.hpp"

#include <optional>

namespace pmactor {
namespace {

constexpr std::size_t cookie_bytes = 16;

/// Takes a number of two bytes, most significant first, off the front.
std::optional<std::uint16_t> take_short(std::string_view& text) {
  if (text.size() < 2)
    return std::nullopt;
  const auto result = static_cast<std::uint16_t>(static_cast<unsigned char>(text[0]) << 8
                                                 | static_cast<unsigned char>(text[1]));
  text.remove_prefix(2);
  return result;
}

/// Takes bytes, with how many they are before them.
std::optional<std::string_view> take_counted(std::string_view& text) {
  const auto size = take_short(text);
  if (!size || *size > text.size())
    return std::nullopt;
  const auto result = text.substr(0, *size);
  text.remove_prefix(*size);
  return result;
}

} // namespace

x11_options parse_x11_options(std::string_view command_line) {
  x11_options result;
  for (bool is_file = false; !command_line.empty();) {
    const auto end = command_line.find('\0');
    const auto word = command_line.substr(0, end);
    command_line.remove_prefix(end == command_line.npos ? command_line.size() : end + 1);
    if (is_file && word.starts_with('/'))
      result.auth_file = word;
    result.ends_with_last_client |= !is_file && word == "-terminate";
    is_file = !is_file && word == "-auth";
  }
  return result;
}

std::string find_x11_cookie(std::string_view text, std::uint32_t display, std::string_view host) {
  constexpr std::uint16_t local = 256, wild = 65535;
  const auto number = std::to_string(display);
  std::string of_another_name; // the machine may have been renamed since
  while (const auto family = take_short(text)) {
    const auto address = take_counted(text), its_display = take_counted(text),
               name = take_counted(text), data = take_counted(text);
    if (!data)
      break;
    if ((*family != local && *family != wild) || (!its_display->empty() && *its_display != number)
        || *name != "MIT-MAGIC-COOKIE-1" || data->size() != cookie_bytes)
      continue;
    if (*family == wild || *address == host)
      return std::string{*data};
    if (of_another_name.empty())
      of_another_name = *data;
  }
  return of_another_name;
}

} // namespace pmactor
