// Decides what one document of a powermetrics stream says. It takes what powermetrics was seen to write
// from OS X 10.9 to macOS 26, on Intel and Apple Silicon, and what our own sampler writes on Linux; keys
// that it does not know are skipped with all that is in them. Numbers are foreign: nan, inf, and what no
// machine can do, are absent.
#pragma once

#include "messages/power.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

/// What a document turned out to be.
struct decoded_document {
  std::optional<power_sample> sample; ///< `arrived` is left to the caller.
  std::string damage; ///< Why it is none, for a log line. Empty also for a summary since boot
                      ///< (`is_delta` false), which is in order but of no single window.
};

/// Decodes documents one after the other. Kept only for the memory that it reuses.
class sample_decoder {
public:
  /// The busiest are kept, so that a document of nothing but tasks stays bounded.
  static constexpr std::size_t most_tasks = 4096;
  static constexpr std::size_t longest_name = 256; ///< Bytes; longer names are cut.
  /// A longer window is none, and a later date is absent: sums of them would overflow.
  static constexpr std::chrono::nanoseconds longest_window = std::chrono::years{1};
  static constexpr int last_year = 2199;

  sample_decoder();
  sample_decoder(sample_decoder&&) noexcept;
  sample_decoder& operator=(sample_decoder&&) noexcept;
  ~sample_decoder();

  /// @param document one whole document as the framer cuts it. It is left as it is.
  decoded_document decode(std::string_view document);

private:
  struct scratch;
  std::unique_ptr<scratch> scratch_;
};

} // namespace pmactor
