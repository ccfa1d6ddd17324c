// Cuts a powermetrics stream into documents. A document ends with `</plist>`, never with a NUL:
// powermetrics writes the NUL only when the next sample is due, a whole interval later. What lies between
// documents (NULs, blanks, a stray line of text) is passed over. Linear in the bytes, and bounded in
// memory whatever arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace pmactor {

/// A stretch of the stream.
struct stream_piece {
  enum class kind : std::uint8_t {
    document, ///< A whole one, from its first `<` to `</plist>`.
    noise,    ///< Text between documents that is neither NUL nor blank; harmless.
    damage,   ///< A document that was cut off by the next one, or is longer than the bound.
    tail,     ///< The stream ended inside a document, as one does that a signal cuts.
  };
  kind what = kind::document;
  std::uint64_t offset = 0;  ///< Of its first byte in the stream.
  std::uint64_t length = 0;  ///< In bytes.
  std::string_view document; ///< Its bytes, valid until the framer is next given room; else empty.
};

/// The state of one stream. Fill room(), say what has arrived(), then take pieces until there are none.
class document_framer {
public:
  static constexpr std::size_t longest_document = std::size_t{8} << 20;
  /// Room is given in at least this many bytes, so that a read is worth its call.
  static constexpr std::size_t least_room = std::size_t{64} << 10;

  /// @returns where the next bytes of the stream belong. Ends the life of every piece's bytes.
  std::span<char> room(std::size_t least = least_room);
  /// That many bytes were put into room().
  void arrived(std::size_t count);
  /// Copies bytes into room().
  void append(std::string_view bytes);

  /// @returns the next piece of what has arrived, in order; nothing if it takes more bytes to decide.
  std::optional<stream_piece> next();
  /// To be called once next() has no more and no more will come. @returns what is left, if it is more than
  /// NULs and blanks. The framer is as new afterwards, but goes on counting offsets.
  std::optional<stream_piece> finish();

  /// Bytes since the end of the last whole document: a producer that keeps this growing sends none.
  std::uint64_t since_document() const;
  /// Bytes held in memory.
  std::size_t capacity() const {
    return capacity_;
  }

private:
  enum class mode : std::uint8_t {
    between,  ///< Looking for the `<` that starts a document.
    inside,   ///< In a document.
    lost,     ///< In a document that is too long: passing over it.
  };

  std::optional<stream_piece> leave_between();
  std::optional<stream_piece> leave_inside();
  std::optional<stream_piece> leave_lost();
  stream_piece document_to(std::size_t end);
  std::uint64_t offset_of(std::size_t index) const {
    return base_ + index;
  }

  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;  ///< First byte not yet given out.
  std::size_t search_ = 0; ///< Where the search for what ends this mode goes on.
  std::size_t end_ = 0;    ///< Behind the last byte that has arrived.
  std::uint64_t base_ = 0; ///< The stream's offset of buffer_[0].
  std::uint64_t document_end_ = 0;                 ///< The stream's offset behind the last document.
  std::optional<std::uint64_t> stretch_;           ///< Where the current noise or damage began.
  std::uint64_t stretch_end_ = 0;                  ///< Behind the last byte of noise that is not blank.
  mode mode_ = mode::between;
};

} // namespace pmactor
