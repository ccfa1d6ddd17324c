#include "actors/notifier/encode_notice.hpp"

#include "messages/quote.hpp"

namespace pmactor {

std::vector<std::string> encode_notice_variables(const notice_message& x) {
  std::vector<std::string> result;
  for (const auto& one : x.facts) {
    std::string name = "PMACTOR_";
    for (const char c : one.name)
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    result.push_back(name + '=' + one.value);
  }
  return result;
}

std::string encode_notice_json(const notice_message& x) {
  std::string result = "{";
  for (const auto& one : x.facts)
    result += (result.size() > 1 ? "," : "") + json_quoted(one.name) + ':'
              + (one.is_number ? one.value : json_quoted(one.value));
  return result += '}';
}

} // namespace pmactor
