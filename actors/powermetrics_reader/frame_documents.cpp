#include "actors/powermetrics_reader/frame_documents.hpp"

#include "messages/check.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace pmactor {
namespace {

/// A larger buffer is given back once what needed it is gone.
constexpr std::size_t kept_room = std::size_t{1} << 20;
constexpr std::string_view document_start = "<?xml";
constexpr std::string_view document_end = "</plist>";

bool is_blank(char c) {
  return c == '\0' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// @returns where the word begins in text, npos if it does not.
std::size_t find(std::string_view text, std::string_view word) {
  const auto* found = static_cast<const char*>(
    ::memmem(text.data(), text.size(), word.data(), word.size()));
  return found == nullptr ? std::string_view::npos : static_cast<std::size_t>(found - text.data());
}

/// @returns where the first end of a document begins in text, npos if there is none. Every byte of a stream
/// passes here. Next to nothing but this end has a `p` behind a slash, and compilers turn a look at a whole
/// block for that into a few instructions: four times the speed of a general search.
std::size_t find_end(std::string_view text) {
  constexpr std::size_t block = 64;
  std::size_t at = 0;
  for (; at + block + document_end.size() <= text.size(); at += block) {
    const auto* const bytes = text.data() + at;
    unsigned char hit = 0;
    for (std::size_t i = 0; i < block; ++i)
      hit |= static_cast<unsigned char>((bytes[i + 1] == '/') & (bytes[i + 2] == 'p'));
    if (hit == 0)
      continue;
    if (const auto found = find(text.substr(at, block + document_end.size() - 1), document_end);
        found != std::string_view::npos)
      return at + found;
  }
  const auto found = find(text.substr(at), document_end);
  return found == std::string_view::npos ? found : at + found;
}

/// @returns the last start of a document in text behind its first byte; 0 if there is none. Question marks
/// are so rare in a property list that looking for them first costs next to nothing.
std::size_t find_restart(std::string_view text) {
  std::size_t result = 0;
  const auto* at = text.data() + 2;
  const auto* const stop = text.data() + text.size();
  while (at < stop) {
    at = static_cast<const char*>(std::memchr(at, '?', static_cast<std::size_t>(stop - at)));
    if (at == nullptr)
      break;
    const auto start = static_cast<std::size_t>(at - text.data()) - 1;
    if (text.substr(start).starts_with(document_start))
      result = start;
    ++at;
  }
  return result;
}

} // namespace

std::span<char> document_framer::room(std::size_t least) {
  // With nothing held it starts over at the front, which is still in the CPU's cache.
  if (const auto held = end_ - begin_; capacity_ - end_ < least || held == 0) {
    if (capacity_ < held + least || (capacity_ > kept_room && capacity_ > 4 * (held + least))) {
      const auto capacity = std::max(held + held / 2 + least, 2 * least_room);
      auto fresh = std::make_unique_for_overwrite<char[]>(capacity);
      if (held > 0)
        std::memcpy(fresh.get(), buffer_.get() + begin_, held);
      buffer_ = std::move(fresh);
      capacity_ = capacity;
    } else {
      std::memmove(buffer_.get(), buffer_.get() + begin_, held);
    }
    base_ += begin_;
    search_ -= begin_;
    end_ = held;
    begin_ = 0;
  }
  return {buffer_.get() + end_, capacity_ - end_};
}

void document_framer::arrived(std::size_t count) {
  PMACTOR_CHECK(count <= capacity_ - end_);
  end_ += count;
}

void document_framer::append(std::string_view bytes) {
  const auto target = room(std::max(bytes.size(), std::size_t{1}));
  std::memcpy(target.data(), bytes.data(), bytes.size());
  arrived(bytes.size());
}

std::optional<stream_piece> document_framer::next() {
  for (;;) {
    const auto before = mode_;
    std::optional<stream_piece> piece;
    switch (mode_) {
      case mode::between:
        piece = leave_between();
        break;
      case mode::inside:
        piece = leave_inside();
        break;
      case mode::lost:
        piece = leave_lost();
        break;
    }
    if (piece || mode_ == before)
      return piece;
  }
}

std::optional<stream_piece> document_framer::leave_between() {
  for (; begin_ < end_ && buffer_[begin_] != '<'; ++begin_) {
    if (is_blank(buffer_[begin_]))
      continue;
    if (!stretch_)
      stretch_ = offset_of(begin_);
    stretch_end_ = offset_of(begin_) + 1;
  }
  search_ = begin_;
  if (begin_ == end_)
    return std::nullopt;
  mode_ = mode::inside;
  if (!stretch_)
    return std::nullopt;
  const auto start = *std::exchange(stretch_, std::nullopt);
  return stream_piece{stream_piece::kind::noise, start, stretch_end_ - start, {}};
}

std::optional<stream_piece> document_framer::leave_inside() {
  const std::string_view unread{buffer_.get() + search_, end_ - search_};
  if (const auto found = find_end(unread); found != std::string_view::npos) {
    const auto end = search_ + found + document_end.size();
    const std::string_view whole{buffer_.get() + begin_, end - begin_};
    if (whole.size() <= longest_document) {
      const auto restart = find_restart(whole);
      if (restart == 0) {
        stream_piece result{stream_piece::kind::document, offset_of(begin_), whole.size(), whole};
        begin_ = search_ = end;
        document_end_ = offset_of(end);
        mode_ = mode::between;
        return result;
      }
      // The document before was cut off; this one is found again from where it starts.
      stream_piece result{stream_piece::kind::damage, offset_of(begin_), restart, {}};
      begin_ += restart;
      search_ = begin_;
      return result;
    }
  }
  if (end_ - begin_ <= longest_document) {
    search_ = std::max(begin_, end_ - std::min(end_, document_end.size() - 1));
    return std::nullopt;
  }
  // Too long. If another document starts in what is held, all before it is damaged; else we are lost.
  const std::string_view held{buffer_.get() + begin_, end_ - begin_};
  if (const auto restart = find_restart(held); restart != 0) {
    stream_piece result{stream_piece::kind::damage, offset_of(begin_), restart, {}};
    begin_ += restart;
    search_ = begin_;
    return result;
  }
  stretch_ = offset_of(begin_);
  mode_ = mode::lost;
  search_ = begin_ + 1;
  return std::nullopt;
}

std::optional<stream_piece> document_framer::leave_lost() {
  const std::string_view unread{buffer_.get() + search_, end_ - search_};
  const auto ended = find_end(unread);
  const auto started = find(unread, document_start);
  if (ended == std::string_view::npos && started == std::string_view::npos) {
    search_ = std::max(search_, end_ - std::min(end_, document_end.size() - 1));
    begin_ = search_;
    return std::nullopt;
  }
  if (started < ended) {
    begin_ = search_ + started;
    mode_ = mode::inside;
  } else {
    begin_ = search_ + ended + document_end.size();
    mode_ = mode::between;
  }
  search_ = begin_;
  const auto start = *std::exchange(stretch_, std::nullopt);
  return stream_piece{stream_piece::kind::damage, start, offset_of(begin_) - start, {}};
}

std::optional<stream_piece> document_framer::finish() {
  const auto last = std::exchange(mode_, mode::between);
  const auto first = offset_of(begin_);
  begin_ = search_ = end_;
  if (last == mode::inside)
    return stream_piece{stream_piece::kind::tail, first, offset_of(end_) - first, {}};
  if (!stretch_)
    return std::nullopt;
  const auto start = *std::exchange(stretch_, std::nullopt);
  if (last == mode::lost)
    return stream_piece{stream_piece::kind::damage, start, offset_of(end_) - start, {}};
  return stream_piece{stream_piece::kind::noise, start, stretch_end_ - start, {}};
}

std::uint64_t document_framer::since_document() const {
  return offset_of(end_) - document_end_;
}

} // namespace pmactor
