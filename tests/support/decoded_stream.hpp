// A whole stream of powermetrics, framed and decoded. Include after support/test.hpp.
#pragma once

#include "actors/powermetrics_reader/decode_plist_sample.hpp"
#include "actors/powermetrics_reader/frame_documents.hpp"
#include "support/test.hpp"

#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// @pre It consists of whole documents that can be decoded.
inline std::vector<power_sample> samples_of(const std::string& stream) {
  std::vector<power_sample> result;
  document_framer framer;
  sample_decoder decoder;
  framer.append(stream);
  while (const auto piece = framer.next()) {
    CAF_REQUIRE(piece->what == stream_piece::kind::document);
    auto decoded = decoder.decode(piece->document);
    CAF_REQUIRE_EQUAL(decoded.damage, "");
    CAF_REQUIRE(decoded.sample.has_value());
    result.push_back(std::move(*decoded.sample));
  }
  CAF_CHECK(!framer.finish());
  return result;
}

} // namespace pmactor
