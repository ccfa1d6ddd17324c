// Lines that are made to be dear to judge: of as much of a rule's own words as a record holds, so
// that it is searched for and nearly found.
#pragma once

#include "messages/incident_rules.hpp"

#include <string>
#include <vector>

namespace pmactor {

inline std::vector<std::string> hostile_lines() {
  constexpr std::size_t longest = 1000; // a record of the kernel's log has about as much text
  std::vector<std::string> result;
  std::string all;
  for (const auto& rule : incident_rules()) {
    std::string_view pattern{rule.pattern};
    std::string words;
    for (; !pattern.empty(); pattern.remove_prefix(1))
      if (pattern.size() >= 3 && pattern[0] == '{' && pattern[2] == '}') {
        words += '1';
        pattern.remove_prefix(2);
      } else {
        words += pattern[0];
      }
    if (words.empty())
      continue;
    all += words;
    std::string line;
    // Its end is missing, so that every way to read the front is tried.
    const auto front = words.substr(0, words.size() - 1);
    while (line.size() + front.size() < longest)
      line += front;
    result.push_back(line);
    result.push_back(words.substr(0, 1) + std::string(longest, ' ') + words.back());
  }
  for (std::size_t i = 0; i + longest < all.size(); i += longest / 2)
    result.push_back(all.substr(i, longest));
  return result;
}

} // namespace pmactor
