// Decides which known word is meant by one that is not known. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace pmactor {

/// @returns how many single letters must be changed, added, left out or swapped with their neighbour to turn
/// one text into the other.
inline std::size_t letters_apart(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> apart(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      auto& here = apart[i][j];
      if (i == 0 || j == 0) {
        here = i + j;
        continue;
      }
      here = std::min({apart[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), apart[i - 1][j] + 1, apart[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        here = std::min(here, apart[i - 2][j - 2] + 1);
    }
  return apart[a.size()][b.size()];
}

/// @returns whether a text is what is left of a word of which letters were dropped, but for the first and for half of
/// all: "lvl" of "level".
inline bool abbreviates(const std::string& text, const std::string& word) {
  if (text.size() < 3 || 2 * text.size() < word.size() || text[0] != word[0])
    return false;
  std::size_t taken = 0;
  for (const char c : word)
    if (taken < text.size() && text[taken] == c)
      ++taken;
  return taken == text.size();
}

/// @returns the known word that a user may have meant: one that begins as theirs does or that theirs abbreviates, or
/// one with a third of its letters amiss at most; a short one must begin alike. Empty if none is near.
inline std::string nearest_word(const std::string& word, const std::vector<std::string>& known) {
  constexpr std::size_t longest = 64; // a longer one is near to nothing
  std::string best;
  if (word.empty() || word.size() > longest)
    return best;
  auto least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& x : known) {
    if (x.empty())
      continue;
    const bool is_part = (word.size() > 1 && x.starts_with(word)) || abbreviates(word, x);
    const auto apart = is_part ? 1 : letters_apart(word, x);
    const bool is_short = std::min(word.size(), x.size()) < 4;
    if (apart < least && (!is_short || x[0] == word[0])) {
      least = apart;
      best = x;
    }
  }
  return best;
}

} // namespace pmactor
