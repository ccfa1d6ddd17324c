// What a capture has found that is worth a sentence.
#pragma once

#include <string>

namespace pmactor {

struct finding {
  int weight = 0; ///< The most telling have the most; 100 is as good as a verdict.
  std::string text;
  friend bool operator==(const finding&, const finding&) = default;
};

} // namespace pmactor
