#include "app/views/shell_words.hpp"

#include <algorithm>
#include <string_view>

namespace pmactor {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
         || std::string_view{"/._-+:,@"}.find(c) != std::string_view::npos;
}

} // namespace

std::string shell_quoted(const std::string& word) {
  std::string result = "'";
  for (const char c : word)
    result += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return result + '\'';
}

std::string shell_word(const std::string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), is_plain) ? word : shell_quoted(word);
}

} // namespace pmactor
