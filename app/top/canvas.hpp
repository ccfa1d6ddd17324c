// A screen as cells: what the live view draws into, and what its tests compare as text. Pure.
#pragma once

#include "app/views/terminal.hpp"
#include "messages/check.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

struct cell {
  std::string glyph =
    " "; ///< One character with the marks on it; empty behind one that is two cells wide.
  paint tone = paint::plain;
  bool is_reverse = false; ///< Shown with fore- and background exchanged, also without colours.
  friend bool operator==(const cell&, const cell&) = default;
};

class canvas {
public:
  canvas(std::size_t width, std::size_t height, bool unicode)
    : width_{width}, height_{height}, unicode_{unicode}, cells_(width * height) {
  }
  std::size_t width() const {
    return width_;
  }
  std::size_t height() const {
    return height_;
  }
  /// Whether signs beyond ASCII may be drawn.
  bool unicode() const {
    return unicode_;
  }

  /// Writes a text from this cell on, as much as fits into the line and into *room* cells. What is
  /// no character of one line must be escaped before; without Unicode our own signs are spelled in
  /// ASCII, and all others become `?`.
  /// @returns how many cells it took.
  std::size_t put(std::size_t x, std::size_t y, std::string_view text, paint tone = paint::plain,
                  std::size_t room = static_cast<std::size_t>(-1));

  /// As put(); what does not fit is left out by whole words, and an ellipsis says so.
  std::size_t put_words(std::size_t x, std::size_t y, std::string_view text, paint tone = paint::plain,
                        std::size_t room = static_cast<std::size_t>(-1));

  /// As put(), with its last cell just before *end*.
  void put_left_of(std::size_t end, std::size_t y, std::string_view text,
                   paint tone = paint::plain);

  /// Exchanges fore- and background of a part of a line.
  void reverse(std::size_t x, std::size_t y, std::size_t length);

  /// @pre Both are within the canvas.
  const cell& at(std::size_t x, std::size_t y) const {
    PMACTOR_CHECK(x < width_ && y < height_);
    return cells_[y * width_ + x];
  }

  /// @returns the lines, each with its line feed and without spaces at its end.
  std::string text() const;
  /// @returns the same with the codes of colours, if the style has any.
  std::string painted_text(const text_style& style) const;

private:
  std::size_t width_, height_;
  bool unicode_;
  std::vector<cell> cells_;
};

} // namespace pmactor
