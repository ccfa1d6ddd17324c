// What every fuzz target shares: a way to say that something must hold, and to take the input apart.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace pmactor::fuzz {

/// Ends the run with the sentence where what must hold does not.
inline void must(bool holds, const char* sentence) {
  if (holds)
    return;
  std::fprintf(stderr, "broken promise: %s\n", sentence);
  std::abort();
}

/// The input, from its front to its end; zeros and empty texts behind that.
class input {
public:
  input(const std::uint8_t* data, std::size_t size)
    : rest_{reinterpret_cast<const char*>(data), size} {
  }

  bool empty() const {
    return rest_.empty();
  }
  std::uint8_t byte() {
    if (rest_.empty())
      return 0;
    const auto result = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return result;
  }
  std::uint64_t number() {
    std::uint64_t result = 0;
    for (int i = 0; i < 8; ++i)
      result = result << 8 | byte();
    return result;
  }
  std::string_view text(std::size_t most) {
    const auto result = rest_.substr(0, std::min(most, rest_.size()));
    rest_.remove_prefix(result.size());
    return result;
  }
  std::string_view all() {
    return text(rest_.size());
  }

private:
  std::string_view rest_;
};

/// @returns whether a terminal may be given the text: no control characters but line feeds.
inline bool is_tame(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\n' || (byte >= 0x20 && byte != 0x7f);
  });
}

} // namespace pmactor::fuzz
