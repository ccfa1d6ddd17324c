#include "app/top/canvas.hpp"

#include "messages/utf8.hpp"

#include <algorithm>

namespace pmactor {
namespace {

/// @returns whether it is one of Unicode's signs without a look of their own, such as those that
/// turn the direction.
bool is_control(char32_t x) {
  return (x >= 0x200b && x <= 0x200f) || (x >= 0x2028 && x <= 0x202e)
         || (x >= 0x2060 && x <= 0x206f) || x == 0xfeff;
}

} // namespace

std::size_t canvas::put(std::size_t x, std::size_t y, std::string_view text, paint tone,
                        std::size_t room) {
  if (y >= height_ || x >= width_)
    return 0;
  room = std::min(room, width_ - x);
  std::string plain;
  if (!unicode_) {
    plain = spelled(std::string{text}, text_style{false, false, 80});
    text = plain;
  }
  std::size_t used = 0;
  while (!text.empty()) {
    const auto length = std::max<std::size_t>(first_character(text).length, 1);
    const auto glyph = text.substr(0, length);
    const auto cells = width_of(glyph);
    text.remove_prefix(length);
    if (cells == 0) { // a mark on the letter before it; what turns the text around it is left out
      if (used > 0 && unicode_ && !is_control(first_character(glyph).code))
        cells_[y * width_ + x + used - 1].glyph += glyph;
      continue;
    }
    if (used + cells > room)
      break;
    const bool is_foreign =
      !unicode_ && (length > 1 || static_cast<unsigned char>(glyph[0]) >= 0x80);
    for (std::size_t i = 0; i < cells; ++i) {
      auto& one = cells_[y * width_ + x + used + i];
      one.tone = tone;
      one.glyph = is_foreign ? "?" : i == 0 ? std::string{glyph} : "";
    }
    used += cells;
  }
  return used;
}

std::size_t canvas::put_words(std::size_t x, std::size_t y, std::string_view text, paint tone, std::size_t room) {
  room = std::min(room, x < width_ ? width_ - x : 0);
  const auto plain = spelled(std::string{text}, text_style{false, unicode_, 80});
  const std::string ellipsis = unicode_ ? "…" : "...";
  if (width_of(plain) <= room || room <= width_of(ellipsis))
    return put(x, y, plain, tone, room);
  auto kept = wrapped(plain, room - width_of(ellipsis)).front();
  kept.erase(kept.find_last_not_of(" ,;:(|=+") + 1);
  if (constexpr std::string_view dot = "·"; kept.ends_with(" ·"))
    kept.erase(kept.size() - dot.size() - 1);
  return put(x, y, kept + ellipsis, tone, room);
}

void canvas::put_left_of(std::size_t end, std::size_t y, std::string_view text, paint tone) {
  const auto width = width_of(text);
  put(end > width ? end - width : 0, y, text, tone);
}

void canvas::reverse(std::size_t x, std::size_t y, std::size_t length) {
  if (y < height_)
    for (auto i = x; i < std::min(width_, x + length); ++i)
      cells_[y * width_ + i].is_reverse = !cells_[y * width_ + i].is_reverse;
}

std::string canvas::painted_text(const text_style& style) const {
  std::string result;
  for (std::size_t y = 0; y < height_; ++y) {
    auto end = width_;
    while (end > 0 && at(end - 1, y).glyph == " ")
      --end;
    for (std::size_t x = 0; x < end;) {
      const auto tone = at(x, y).tone;
      std::string run;
      for (; x < end && at(x, y).tone == tone; ++x)
        run += at(x, y).glyph;
      result += painted(run, tone, style);
    }
    result += '\n';
  }
  return result;
}

std::string canvas::text() const {
  std::string result;
  for (std::size_t y = 0; y < height_; ++y) {
    for (std::size_t x = 0; x < width_; ++x)
      result += at(x, y).glyph;
    result.erase(result.find_last_not_of(' ') + 1);
    result += '\n';
  }
  return result;
}

} // namespace pmactor
