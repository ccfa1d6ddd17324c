// Decides what of a child's bytes reaches the POWERMETRICS READER: whole documents and lines, in order, in
// bounded number. One thread puts bytes in, another takes news out; when that one lags, the newest is kept
// and the rest is counted.
#pragma once

#include "actors/powermetrics_reader/frame_documents.hpp"
#include "actors/powermetrics_reader/sampler_child.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// A document as it arrived. One without a text was damaged beyond framing.
struct arrived_document {
  std::string text;
  clock_sample arrived; ///< When its last byte was read.
};

/// What a child did since it was last asked.
struct child_news {
  std::deque<arrived_document> documents;
  std::deque<std::string> lines;   ///< Of its standard error, not empty, not longer than longest_line.
  std::uint64_t documents_dropped = 0;
  std::uint64_t lines_dropped = 0;
  bool started = false;            ///< It has become the program.
  std::optional<int> stopped_by;   ///< The signal that stopped it, if it still is.
  bool continued = false;          ///< It was stopped and goes on.
  bool closed = false;             ///< It will write no more documents, but lives.
  std::optional<child_end> end;    ///< Nothing comes after this.
};

class child_output {
public:
  /// As many as a pipe holds: after a stop of the daemon all that its child wrote meanwhile arrives
  /// at once, and says that the child ran on only if none of it is missing.
  static constexpr std::size_t most_documents = 256;
  static constexpr std::size_t most_bytes = 2 * document_framer::longest_document;
  static constexpr std::size_t most_lines = 16;
  static constexpr std::size_t longest_line = 512;
  /// Each stretch of this many bytes without a document counts as a damaged one.
  static constexpr std::uint64_t useless_stretch = document_framer::longest_document;

  /// @param on_news called, on the thread that brings news, when there was none before. Must not block.
  explicit child_output(std::function<void()> on_news);

  // ---- for the one thread that reads from the child
  /// @returns where the next bytes of its standard output belong.
  std::span<char> room();
  void arrived(std::size_t count, const clock_sample& at);
  void arrived(std::string_view bytes, const clock_sample& at); ///< Copies them into room() first.
  void said(std::string_view bytes);                            ///< Bytes of its standard error.
  void started();
  void stopped(int signal);
  void continued();
  void closed();
  void ended(const child_end& how);

  // ---- for the owner
  child_news take();

private:
  template <class Change>
  void notify(Change change);
  void add_document(std::string text, const clock_sample& at);
  void end_line();

  std::function<void()> on_news_;
  document_framer framer_;
  std::uint64_t useless_stretches_ = 0;
  std::string line_;

  std::mutex mutex_; ///< Guards what follows.
  child_news news_;
  std::size_t bytes_ = 0;
  bool is_notified_ = false;
};

} // namespace pmactor
