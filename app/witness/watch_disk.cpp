#include "app/witness/watch_disk.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// Requests of this length or more make a silence worth noting.
constexpr nanoseconds slow = 500ms;
/// Of the window some task must have waited for I/O, for slow writes to have held it up.
constexpr double least_waits = 0.7;

/// How long the requests took that were completed meanwhile, on the average; zero if there were none.
nanoseconds average(std::uint64_t count, nanoseconds time) {
  return count == 0 ? nanoseconds{} : time / static_cast<std::int64_t>(count);
}

} // namespace

std::optional<silence> disk_watch::look(const disk_counters& x, nanoseconds now,
                                        std::optional<double> waits) {
  took_.reset();
  const auto before = std::exchange(last_, x);
  const auto began = std::exchange(last_at_, now);
  const auto window = now - began;
  const auto earlier_window = std::exchange(last_window_, window);
  // Counters that went back are those of another device under the same name.
  if (!before || window <= nanoseconds{} || x.reads < before->reads || x.writes < before->writes
      || x.flushes < before->flushes) {
    silence_.reset();
    reads_ = 0;
    wrote_ = wrote_before_ = false;
    return std::nullopt;
  }
  const auto reads = x.reads - before->reads;
  const auto writes = x.writes - before->writes, flushes = x.flushes - before->flushes;
  reads_ = reads;
  wrote_before_ = std::exchange(wrote_, writes + flushes > 0);
  if (reads + writes + flushes == 0) {
    if (x.in_flight == 0 || before->in_flight == 0) { // idle, or a request was issued only just now
      silence_.reset();
      return std::nullopt;
    }
    if (!silence_) // what is in flight was issued in the window before
      silence_ = silence{began - earlier_window / 2, std::nullopt, earlier_window / 2};
    return silence_;
  }
  // Requests were completed: somewhere in this window the device answered.
  const auto answered = now - window / 2;
  auto result = std::exchange(silence_, std::nullopt);
  auto took = average(reads, x.read_time - before->read_time);
  if (waits.value_or(0) >= least_waits)
    took = std::max({took, average(writes, x.write_time - before->write_time),
                     average(flushes, x.flush_time - before->flush_time)});
  if (took > nanoseconds{})
    took_ = took;
  if (took >= slow) {
    const silence found{answered - took, std::nullopt, window / 2};
    if (!result || found.began < result->began)
      result = found;
  }
  if (result)
    result->ended = std::max(answered, result->began);
  return result;
}

bool disk_watch::is_used(std::uint64_t own) const {
  return reads_ > own || (wrote_ && wrote_before_) || (last_ && last_->in_flight > 0);
}

} // namespace pmactor
