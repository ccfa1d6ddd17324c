#define CAF_SUITE frame_documents

#include "actors/powermetrics_reader/frame_documents.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "support/powermetrics_stream.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::string_literals;

namespace {

/// A piece with its own copy of the bytes.
struct kept_piece {
  stream_piece::kind what;
  std::uint64_t offset;
  std::uint64_t length;
  std::string document;
  bool operator==(const kept_piece&) const = default;
};

std::string to_string(const kept_piece& x) {
  static constexpr const char* names[] = {"document", "noise", "damage", "tail"};
  return names[static_cast<int>(x.what)] + " at "s + std::to_string(x.offset) + "+"
         + std::to_string(x.length) + " <" + x.document + ">";
}

std::string to_string(const std::vector<kept_piece>& xs) {
  std::string result;
  for (const auto& x : xs)
    result += to_string(x) + "\n";
  return result;
}

void take(document_framer& framer, std::vector<kept_piece>& to) {
  while (const auto piece = framer.next())
    to.push_back({piece->what, piece->offset, piece->length, std::string{piece->document}});
}

/// What the framer makes of the stream, fed in chunks of this size.
std::vector<kept_piece> framed(const std::string& stream, std::size_t chunk = 1 << 16) {
  std::vector<kept_piece> result;
  document_framer framer;
  for (std::size_t at = 0; at < stream.size(); at += chunk) {
    framer.append(std::string_view{stream}.substr(at, chunk));
    take(framer, result);
  }
  if (const auto rest = framer.finish())
    result.push_back({rest->what, rest->offset, rest->length, {}});
  return result;
}

using kind = stream_piece::kind;
const std::string one = "<?xml 1?><plist>1</plist>";
const std::string two = "<?xml 2?><plist>2</plist>";

} // namespace

CAF_TEST(a document is out as soon as its last byte is in) {
  document_framer framer;
  std::vector<kept_piece> found;
  framer.append(one.substr(0, one.size() - 1));
  take(framer, found);
  CAF_CHECK(found.empty());
  framer.append(">");
  take(framer, found);
  CAF_CHECK_EQUAL(to_string(found), to_string({{kind::document, 0, one.size(), one}}));
}

CAF_TEST(nuls and blanks may stand before and after and be missing) {
  const std::vector<std::string> between = {"", "\n", "\0"s, "\n\0"s, "\0\n"s, "\n\0\0 \r\n\t"s};
  for (const auto& gap : between) {
    const auto stream = gap + one + gap + two + gap;
    const std::vector<kept_piece> expected = {
      {kind::document, gap.size(), one.size(), one},
      {kind::document, 2 * gap.size() + one.size(), two.size(), two}};
    CAF_CHECK_EQUAL(to_string(framed(stream)), to_string(expected));
    CAF_CHECK_EQUAL(to_string(framed(stream, 1)), to_string(expected));
  }
}

CAF_TEST(a nul inside a document does not split it) {
  const auto document = "<plist>a\0b</plist>"s;
  CAF_CHECK_EQUAL(to_string(framed(document)),
                  to_string({{kind::document, 0, document.size(), document}}));
}

CAF_TEST(a line of text between documents is noise with its place) {
  const auto stream = one + "\nSecond underflow occured.\n" + two;
  for (const std::size_t chunk : {1u, 7u, 4096u})
    CAF_CHECK_EQUAL(to_string(framed(stream, chunk)),
                    to_string({{kind::document, 0, one.size(), one},
                               {kind::noise, one.size() + 1, 25, ""},
                               {kind::document, one.size() + 27, two.size(), two}}));
}

CAF_TEST(a document cut at any byte costs no other) {
  for (std::size_t cut = 1; cut < one.size(); ++cut) {
    const auto stream = one.substr(0, cut) + two;
    for (const std::size_t chunk : {1u, 5u, 4096u})
      CAF_CHECK_EQUAL(to_string(framed(stream, chunk)),
                      to_string({{kind::damage, 0, cut, ""}, {kind::document, cut, two.size(), two}}));
  }
}

CAF_TEST(a stream cut at any byte ends in a tail that is no damage) {
  const auto stream = one + "\n\0"s + two;
  for (std::size_t cut = one.size() + 3; cut < stream.size(); ++cut)
    CAF_CHECK_EQUAL(to_string(framed(stream.substr(0, cut))),
                    to_string({{kind::document, 0, one.size(), one},
                               {kind::tail, one.size() + 2, cut - one.size() - 2, ""}}));
}

CAF_TEST(what lies between documents leaves no tail) {
  CAF_CHECK(framed("\0\0\n "s).empty());
  CAF_CHECK_EQUAL(to_string(framed("no plist\n")), to_string({{kind::noise, 0, 8, ""}}));
}

CAF_TEST(zeros for ever take no memory) {
  document_framer framer;
  for (int i = 0; i < 64; ++i) {
    for (int part = 0; part < 16; ++part) {
      const auto room = framer.room();
      const auto count = std::min(room.size(), std::size_t{1} << 16);
      std::fill_n(room.data(), count, '\0');
      framer.arrived(count);
      if (framer.next())
        CAF_FAIL("it is not whole yet");
    }
    CAF_REQUIRE(framer.capacity() <= std::size_t{1} << 20);
  }
  CAF_CHECK_EQUAL(framer.since_document(), std::uint64_t{64} << 20);
  framer.append(one);
  CAF_CHECK(framer.next().has_value());
  CAF_CHECK_EQUAL(framer.since_document(), 0u);
}

CAF_TEST(a document of a hundred megabytes is one damage and the next is whole) {
  document_framer framer;
  std::vector<kept_piece> found;
  std::size_t most = 0;
  const std::string filler(1 << 20, 'x');
  framer.append("\n<?xml?><plist>");
  for (int i = 0; i < 100; ++i) {
    framer.append(filler);
    take(framer, found);
    most = std::max(most, framer.capacity());
  }
  framer.append("</plist>\n" + one);
  take(framer, found);
  const auto length = 14 + 100 * filler.size() + 8;
  CAF_CHECK_EQUAL(to_string(found), to_string({{kind::damage, 1, length, ""},
                                               {kind::document, length + 2, one.size(), one}}));
  CAF_CHECK_LESS(most, std::size_t{16} << 20);
  framer.room();
  CAF_CHECK_LESS(framer.capacity(), std::size_t{2} << 20);
}

CAF_TEST(a document that is too long ends where the next one starts) {
  const std::string filler(document_framer::longest_document, 'x');
  const auto stream = "<?xml?><plist>" + filler + filler + "\n" + one;
  CAF_CHECK_EQUAL(to_string(framed(stream)),
                  to_string({{kind::damage, 0, stream.size() - one.size(), ""},
                             {kind::document, stream.size() - one.size(), one.size(), one}}));
}

CAF_TEST(a long document in small pieces takes no longer) {
  // Were each search to begin at the front, this would look at 137 GB.
  document_framer framer;
  const std::string piece(64, '<');
  framer.append("<?xml?><plist>");
  for (std::size_t i = 0; i < (std::size_t{4} << 20) / piece.size(); ++i) {
    framer.append(piece);
    if (framer.next())
      CAF_FAIL("it is not whole yet");
  }
  framer.append("</plist>");
  CAF_CHECK(framer.next().has_value());
}

CAF_TEST(the longest document passes and one byte more does not) {
  const std::string filler(document_framer::longest_document - 15, 'x');
  CAF_CHECK(framed("<plist>" + filler + "</plist>").at(0).what == kind::document);
  CAF_CHECK(framed("<plist>x" + filler + "</plist>").at(0).what == kind::damage);
}

CAF_TEST(a stream that ends in a document too long ends in damage) {
  const std::string filler(document_framer::longest_document + 1, 'x');
  CAF_CHECK_EQUAL(to_string(framed("<plist>" + filler)),
                  to_string({{kind::damage, 0, 7 + filler.size(), ""}}));
}

CAF_TEST(a recorded stream gives its documents in any chunks) {
  PMACTOR_WITH_RECORDING(intel_recording) {
    const auto whole = framed(*stream);
    CAF_CHECK_EQUAL(whole.size(), 9u);
    CAF_CHECK(std::all_of(whole.begin(), whole.end(),
                          [](const auto& x) { return x.what == kind::document; }));
    CAF_CHECK(framed(*stream, 1) == whole);
    CAF_CHECK(framed(*stream, 4093) == whole);
    // Document 2 begins behind a newline and the NUL, which stands at byte 105088.
    CAF_CHECK_EQUAL(whole.at(1).offset, 105089u);
  }
}
