#include "actors/powermetrics_reader/collect_output.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

namespace pmactor {

std::string to_string(const child_end& x) {
  if (x.not_started)
    return "could not be started (" + std::generic_category().message(x.number) + ')';
  return (x.by_signal ? "was killed by signal " : "ended with exit code ") + std::to_string(x.number);
}

child_output::child_output(std::function<void()> on_news) : on_news_(std::move(on_news)) {
}

std::span<char> child_output::room() {
  return framer_.room();
}

void child_output::arrived(std::size_t count, const clock_sample& at) {
  framer_.arrived(count);
  while (const auto piece = framer_.next()) {
    if (piece->what == stream_piece::kind::document)
      add_document(std::string{piece->document}, at);
    else if (piece->what == stream_piece::kind::damage)
      add_document({}, at);
    useless_stretches_ = 0;
  }
  for (; framer_.since_document() / useless_stretch > useless_stretches_; ++useless_stretches_)
    add_document({}, at);
}

void child_output::arrived(std::string_view bytes, const clock_sample& at) {
  while (!bytes.empty()) {
    const auto target = room();
    const auto count = std::min(target.size(), bytes.size());
    std::memcpy(target.data(), bytes.data(), count);
    arrived(count, at);
    bytes.remove_prefix(count);
  }
}

void child_output::said(std::string_view bytes) {
  for (const auto c : bytes) {
    if (c == '\n' || c == '\r' || c == '\0')
      end_line();
    else if (line_.size() < longest_line)
      line_ += c;
  }
}

void child_output::started() {
  notify([](child_news& x) { x.started = true; });
}

void child_output::stopped(int signal) {
  notify([&](child_news& x) {
    x.stopped_by = signal;
    x.continued = false;
  });
}

void child_output::continued() {
  notify([&](child_news& x) {
    x.stopped_by.reset();
    x.continued = true;
  });
}

void child_output::closed() {
  notify([](child_news& x) { x.closed = true; });
}

void child_output::ended(const child_end& how) {
  end_line();
  notify([&](child_news& x) { x.end = how; });
}

child_news child_output::take() {
  std::lock_guard guard{mutex_};
  is_notified_ = false;
  bytes_ = 0;
  return std::exchange(news_, child_news{});
}

template <class Change>
void child_output::notify(Change change) {
  {
    std::lock_guard guard{mutex_};
    change(news_);
    if (std::exchange(is_notified_, true))
      return;
  }
  on_news_();
}

void child_output::add_document(std::string text, const clock_sample& at) {
  notify([&](child_news& x) {
    bytes_ += text.size();
    x.documents.push_back({std::move(text), at});
    while (x.documents.size() > most_documents || bytes_ > most_bytes) {
      bytes_ -= x.documents.front().text.size();
      x.documents.pop_front();
      ++x.documents_dropped;
    }
  });
}

void child_output::end_line() {
  if (line_.empty())
    return;
  notify([&](child_news& x) {
    x.lines.push_back(std::exchange(line_, {}));
    if (x.lines.size() > most_lines) {
      x.lines.pop_front();
      ++x.lines_dropped;
    }
  });
}

} // namespace pmactor
