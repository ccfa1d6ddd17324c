#include "actors/forensics_supervisor/evidence_text.hpp"

#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor::evidence {

std::string number(double x) {
  return std::isfinite(x) ? printed("%.9g", x) : "null";
}

std::string_view cut(std::string_view text, std::size_t most) {
  return text.substr(0, most);
}

std::string one_line(std::string_view text) {
  auto result = harmless(text);
  std::replace_if(result.begin(), result.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return result;
}

std::string named(std::string_view name) {
  return one_line(cut(name, longest_name));
}

void sort_and_cut(std::vector<finding>& found, std::size_t most) {
  std::stable_sort(found.begin(), found.end(),
                   [](const finding& a, const finding& b) { return a.weight > b.weight; });
  if (found.size() > most)
    found.resize(most);
}

std::string rate_in_words(double bytes) {
  return bytes_in_words(static_cast<std::uint64_t>(std::max(0.0, bytes))) + "/s";
}

std::string list_of(const std::set<std::string>& names, std::size_t most) {
  std::string result;
  std::size_t count = 0;
  for (const auto& x : names) {
    if (++count > most)
      return result + " and " + std::to_string(names.size() - most) + " more";
    result += (result.empty() ? "" : ", ") + x;
  }
  return result;
}

} // namespace pmactor::evidence
