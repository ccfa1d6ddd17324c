#include "app/replay/replay_stream.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

/// Beyond this a sum of foreign windows no longer grows.
constexpr std::chrono::nanoseconds longest_span = std::chrono::years{250};

void raise(std::optional<double>& most, const std::optional<double>& value) {
  if (value && (!most || *value > *most))
    most = value;
}

} // namespace

std::optional<double> replay_summary::cpu_mean() const {
  return cpu_seconds > 0 ? std::optional{cpu_sum / cpu_seconds} : std::nullopt;
}

stream_replay::stream_replay(policy how, storing store)
  : policy_(std::move(how)), store_(std::move(store)),
    baseline_(start_learning(policy_.scorer.stress.baseline)) {
}

void stream_replay::begin(const std::string& name) {
  end(); // of one that could not be read to its end
  stream_ = name;
  stream_begin_ = summary_.bytes;
  wall_.reset();
}

std::span<char> stream_replay::room() {
  // Small enough to stay in a CPU's cache on its way through, large enough that a read is worth its call.
  return framer_.room(std::size_t{256} << 10);
}

void stream_replay::arrived(std::size_t count) {
  summary_.bytes += count;
  framer_.arrived(count);
  while (const auto piece = framer_.next())
    take(*piece);
}

void stream_replay::end() {
  if (const auto rest = framer_.finish())
    take(*rest);
}

void stream_replay::take(const stream_piece& piece) {
  switch (piece.what) {
    case stream_piece::kind::document: {
      auto decoded = decoder_.decode(piece.document);
      if (decoded.sample) {
        take(std::move(*decoded.sample));
      } else if (decoded.damage.empty()) {
        ++summary_.summaries;
      } else {
        ++summary_.damaged;
        skip(piece, decoded.damage);
      }
      break;
    }
    case stream_piece::kind::damage:
      ++summary_.damaged;
      skip(piece, piece.length > document_framer::longest_document
                    ? "it has no end within 8 MiB"
                    : "it breaks off where the next one starts");
      break;
    case stream_piece::kind::noise:
      skip(piece, "this is no part of a document");
      break;
    case stream_piece::kind::tail:
      skip(piece, "the stream ends within it");
      break;
  }
}

void stream_replay::skip(const stream_piece& piece, const std::string& why) {
  if (summary_.skipped.size() < replay_summary::most_skipped)
    summary_.skipped.push_back({stream_, piece.offset - stream_begin_, piece.length, why});
}

std::chrono::nanoseconds stream_replay::time_of(const power_sample& power) {
  const auto stated = power.timestamp ? std::optional<std::chrono::nanoseconds>{
                                        std::chrono::seconds{*power.timestamp}}
                                    : std::nullopt;
  // The windows lie end to end and are exact, where the date has whole seconds and a clock that steps. Only
  // what is missing between two of them, damaged or never recorded, shows in the date alone.
  auto result
    = wall_ ? std::min(*wall_ + power.elapsed, longest_span) : stated.value_or(power.elapsed);
  if (stated && *stated - result > 2s)
    result = *stated;
  wall_ = result;
  return result;
}

void stream_replay::take(power_sample&& power) {
  auto& s = summary_;
  system_sample second;
  second.tick = ++s.documents;
  second.interval = power.elapsed;
  second.at.wall = time_of(power);
  if (!s.begin) {
    s.begin = second.at.wall - power.elapsed;
    // A recording keeps its own interval.
    constexpr std::chrono::nanoseconds longest_interval = 1h;
    policy_.sampling.period = policy_.scorer.join.period
      = std::clamp(power.elapsed, policy_.sampling.period, longest_interval);
  }
  // There is no beat in a recording: a window of more than two of its intervals holds a pause or a sleep.
  second.lived = std::clamp(power.elapsed, std::chrono::nanoseconds{}, 2 * policy_.sampling.period);
  s.end = second.at.wall;
  s.span = std::min(s.span + power.elapsed, longest_span);
  second.at.awake = second.at.total = s.span;

  join_context context;
  context.power = &power;
  context.power_interval = power.elapsed;
  context.baseline = baseline_;
  auto scored = join_sample(second, context, policy_.scorer);
  if (const auto rate = io_rate(scored.system))
    baseline_ = learn_rate(baseline_, *rate, policy_.scorer.stress.baseline);
  const auto choice = decide_sampling(mode_, scored, policy_.sampling);

  if (scored.system.cpu_pct) {
    s.cpu_sum += *scored.system.cpu_pct * to_seconds(power.elapsed);
    s.cpu_seconds += to_seconds(power.elapsed);
  }
  raise(s.cpu_max, scored.system.cpu_pct);
  raise(s.stress_max, scored.stress.total());
  s.elevated += mode_.mode == sampling_mode::elevated ? 1 : 0;
  s.episodes += choice.snapshot ? 1 : 0;
  if (choice.store || policy_.store_all) {
    ++s.to_store;
    if (store_)
      store_(std::move(scored));
  }
}

} // namespace pmactor
