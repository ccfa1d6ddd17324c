// A recorded powermetrics stream on its way through the code that a live one goes through: framing,
// decoding, scoring, the choice of what is stored. Time is taken from the stream. No file, no clock; memory
// stays bounded however long the stream is.
#pragma once

#include "actors/powermetrics_reader/decode_plist_sample.hpp"
#include "actors/powermetrics_reader/frame_documents.hpp"
#include "actors/sample_policy/decide_sampling.hpp"
#include "actors/stress_scorer/join_sample.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pmactor {

/// A stretch of a stream that was not used.
struct skipped_stretch {
  std::string stream;
  std::uint64_t offset = 0, length = 0; ///< Bytes.
  std::string why; ///< Continues "…: at byte 12, a document of 345 bytes: ".
};

/// What a replay came to.
struct replay_summary {
  std::uint64_t bytes = 0;
  std::uint64_t documents = 0; ///< Decoded, each one a sample.
  std::uint64_t summaries = 0; ///< Documents since boot, which are no sample.
  std::uint64_t damaged = 0;
  std::uint64_t to_store = 0;  ///< Samples that were given away to be stored.
  std::chrono::nanoseconds span{}; ///< All windows together.
  std::optional<std::chrono::nanoseconds> begin, end; ///< Of the first and last window, since the epoch.
  double cpu_sum = 0;          ///< Of the samples that have it, each as long as its window: %·s.
  double cpu_seconds = 0;
  std::optional<double> cpu_max, stress_max;
  std::uint64_t elevated = 0;  ///< Samples in elevated mode.
  std::uint64_t episodes = 0;  ///< Of critical stress.
  std::vector<skipped_stretch> skipped; ///< The first most_skipped of them, and tails.
  static constexpr std::size_t most_skipped = 100;

  std::optional<double> cpu_mean() const;
};

/// One replay of any number of streams, one after the other.
class stream_replay {
public:
  /// Takes a sample that is to be stored.
  using storing = std::function<void(scored_sample&&)>;

  struct policy {
    stress_scorer_policy scorer;
    sampling_policy sampling;
    bool store_all = false; ///< Whatever the sampling says.
  };

  stream_replay(policy how, storing store);

  /// From now on the bytes are those of this stream.
  void begin(const std::string& name);
  /// @returns where its next bytes belong.
  std::span<char> room();
  void arrived(std::size_t count);
  /// The stream is over. One that was cut in a document has a tail, which is no damage.
  void end();

  const replay_summary& summary() const {
    return summary_;
  }

private:
  void take(const stream_piece& piece);
  void take(power_sample&& power);
  void skip(const stream_piece& piece, const std::string& why);
  /// @returns the wall clock at the end of this window.
  std::chrono::nanoseconds time_of(const power_sample& power);

  policy policy_;
  storing store_;
  replay_summary summary_;
  document_framer framer_;
  sample_decoder decoder_;
  std::string stream_;
  std::uint64_t stream_begin_ = 0; ///< Where it begins among all bytes.
  std::optional<std::chrono::nanoseconds> wall_; ///< At the end of the last window of this stream.
  io_baseline baseline_;
  mode_state mode_;
};

} // namespace pmactor
