// How a slot of the ring is laid out, for what writes and what reads one: a mark, the length of
// what is said, the sequence, a checksum; then fields, each with a tag and its length.
// Little-endian.
#pragma once

#include "messages/utf8.hpp"

#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pmactor::box_slot {

// A slot: the mark, the length of what is said, the sequence, the checksum; then fields.
inline constexpr std::string_view mark = "pmbox\x01\r\n";
inline constexpr std::size_t length_at = 8, sum_at = 20, head = 28;
inline constexpr std::size_t longest_name = 64, longest_line = 240, longest_facts = 2048;
inline constexpr std::size_t most_items = 64; ///< Of any list, when it is read.

enum class field : std::uint8_t {
  run = 1,
  version,
  clocks,
  machine,
  second,
  disk,
  stall,
  process,
  handler,
  oom_kills,
  group_oom_kills,
  battery,
  drive,
  kernel_line,
  memory_copy,
  end,
  debt,
  debt_evidence,
};

/// Writes behind what a text holds already.
class writer {
public:
  explicit writer(std::string& text) : text_(text) {
  }
  void whole(std::uint64_t x, std::size_t bytes = 8) {
    const auto at = text_.size();
    text_.resize(at + bytes);
    put(at, x, bytes);
  }
  /// Puts a number in the place of one that was written before.
  void put(std::size_t at, std::uint64_t x, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
      text_[at + i] = static_cast<char>(x >> (8 * i) & 0xff);
  }
  void time(std::chrono::nanoseconds x) {
    whole(static_cast<std::uint64_t>(x.count()));
  }
  /// Seven digits are enough for what is drawn as a curve.
  void real(const std::optional<double>& x) {
    const auto value =
      x && std::isfinite(*x) ? static_cast<float>(*x) : std::numeric_limits<float>::quiet_NaN();
    whole(std::bit_cast<std::uint32_t>(value), 4);
  }
  void flag(const std::optional<bool>& x) {
    whole(x ? (*x ? 1 : 0) : 2, 1);
  }
  void text(std::string_view x, std::size_t most) {
    x = cut_text(x, most);
    whole(x.size(), 2);
    text_ += x;
  }

private:
  std::string& text_;
};

/// Reads what a writer wrote; beyond the end it reads zeros and is no longer good.
class reader {
public:
  explicit reader(std::string_view text) : text_(text) {
  }
  std::uint64_t whole(std::size_t bytes = 8) {
    if (text_.size() < bytes) {
      good_ = false;
      text_ = {};
      return 0;
    }
    std::uint64_t result = 0;
    for (std::size_t i = 0; i < bytes; ++i)
      result |= std::uint64_t{static_cast<unsigned char>(text_[i])} << (8 * i);
    text_.remove_prefix(bytes);
    return result;
  }
  std::chrono::nanoseconds time() {
    return std::chrono::nanoseconds{static_cast<std::int64_t>(whole())};
  }
  std::optional<double> real() {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(whole(4)));
    return std::isfinite(value) ? std::optional<double>{value} : std::nullopt;
  }
  std::optional<bool> flag() {
    const auto value = whole(1);
    return value > 1 ? std::nullopt : std::optional{value == 1};
  }
  std::string text() {
    const auto size = static_cast<std::size_t>(whole(2));
    if (text_.size() < size) {
      good_ = false;
      return {};
    }
    std::string result{text_.substr(0, size)};
    text_.remove_prefix(size);
    return result;
  }
  bool good() const {
    return good_;
  }
  std::string_view rest() const {
    return text_;
  }

private:
  std::string_view text_;
  bool good_ = true;
};

/// FNV-1a with 64 bits: each byte that differs changes it.
inline std::uint64_t checksum(std::string_view head_part, std::string_view said) {
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const auto part : {head_part, said})
    for (const char c : part)
      sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return sum;
}

} // namespace pmactor::box_slot
