#include "app/views/root_words.hpp"

#include "app/views/shell_words.hpp"

namespace pmactor {

std::string by_root(std::string command, const way_to_root& way) {
  constexpr std::string_view sudo = "sudo ";
  // With an option behind it, it asks for another user than root.
  const auto find = [&](std::size_t from) {
    auto at = command.find(sudo, from);
    while (at != command.npos && command.compare(at + sudo.size(), 1, "-") == 0)
      at = command.find(sudo, at + 1);
    return at;
  };
  if (find(0) == command.npos || (!way.is_root && way.has_sudo))
    return command;
  for (auto at = find(0); at != command.npos; at = find(at))
    command.erase(at, sudo.size());
  return way.is_root ? command : "su -c " + shell_word(command);
}

std::string commands_by_root(std::string_view text, const way_to_root& way) {
  std::string result;
  for (auto begin = text.find('`'); begin != text.npos; begin = text.find('`')) {
    const auto end = text.find('`', begin + 1);
    if (end == text.npos)
      break;
    result.append(text.substr(0, begin + 1))
      .append(by_root(std::string{text.substr(begin + 1, end - begin - 1)}, way)) += '`';
    text.remove_prefix(end + 1);
  }
  return result.append(text);
}

} // namespace pmactor
