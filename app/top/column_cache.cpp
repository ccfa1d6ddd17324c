#include "app/top/column_cache.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t most_columns = 6000; ///< Some 5 MB.
constexpr double most_seconds = 20'000;    ///< Read at once: some 20 ms.

/// Adds what one column has to another of the same time.
void add(time_column& to, const time_column& x) {
  to.is_recorded = to.is_recorded || x.is_recorded;
  if (x.peak && (!to.peak || x.peak->is_above(*to.peak)))
    to.peak = x.peak;
  for (std::size_t i = 0; i < x.values.size(); ++i)
    if (const auto& value = x.values[i]) {
      auto& known = to.values[i];
      known = known
                ? envelope{std::min(known->least, value->least), std::max(known->most, value->most)}
                : *value;
    }
}

} // namespace

void column_cache::look_at(double step, double now) {
  const bool is_back = now < followed_ - longest_; // the clock was set back
  if (step == step_ && !is_back && (!tail_ || tail_->columns().size() < most_columns))
    return;
  step_ = step;
  past_.clear();
  known_.clear();
  begin_tail(now);
}

void column_cache::forget(double from, double now) {
  if (!tail_)
    return;
  const auto first = column_maker::number_of(from, step_);
  past_.erase(past_.lower_bound(first), past_.end());
  known_.erase(known_.lower_bound(first), known_.end());
  begin_tail(now);
}

bool column_cache::know(std::vector<recording_break> breaks, double now) {
  const auto [old, other] = std::mismatch(breaks_->begin(), breaks_->end(), breaks.begin(), breaks.end());
  if (old == breaks_->end() && other == breaks.end())
    return false;
  const auto from = std::min(old != breaks_->end() ? old->from : now, other != breaks.end() ? other->from : now);
  breaks_ = std::make_shared<const std::vector<recording_break>>(std::move(breaks));
  forget(from - margin(), now); // the step from one sample to the next decides of those before as well
  return true;
}

void column_cache::begin_tail(double now) {
  tail_.emplace(step_, longest_, breaks_);
  present_ = column_maker::number_of(now, step_);
  // The next sample stands for the time since the last one before that, and those before tell how far apart they lie.
  followed_ = static_cast<double>(present_) * step_ - margin();
}

bool column_cache::follow(const read_samples& read, double now) {
  if (!tail_)
    return false;
  bool result = false;
  read(followed_, now + 1, [&](const sample_row& row) {
    tail_->add(row);
    followed_ = std::max(followed_, std::nextafter(row.at(), row.at() + 1));
    result = true;
  });
  return result;
}

bool column_cache::fill(const read_samples& read, std::int64_t first, std::int64_t last) {
  last = std::min(last, present_ - 1);
  while (last >= first && known_.count(last) > 0)
    --last;
  if (last < first)
    return false;
  const auto most = std::max<std::int64_t>(1, static_cast<std::int64_t>(most_seconds / step_));
  auto begin = last;
  while (begin > first && last - begin + 1 < most && known_.count(begin - 1) == 0)
    --begin;
  if (known_.size() > most_columns) {
    known_.clear();
    past_.clear();
  }
  column_maker maker{step_, longest_, breaks_};
  read(static_cast<double>(begin) * step_ - margin(),
       static_cast<double>(last + 1) * step_ + margin(),
       [&maker](const sample_row& row) { maker.add(row); });
  for (auto& [number, column] : maker.columns())
    if (number >= begin && number <= last)
      past_[number] = column;
  for (auto i = begin; i <= last; ++i)
    known_.insert(i);
  return begin > first;
}

std::shared_ptr<const time_columns> column_cache::columns(std::int64_t first,
                                                          std::int64_t last) const {
  auto result = std::make_shared<time_columns>();
  for (auto x = past_.lower_bound(first); x != past_.end() && x->first <= last; ++x)
    result->insert(*x);
  if (tail_)
    for (auto x = tail_->columns().lower_bound(first);
         x != tail_->columns().end() && x->first <= last; ++x)
      add((*result)[x->first], x->second);
  return result;
}

std::vector<column_range> column_cache::pending(double now, std::optional<double> last_sign) const {
  const auto newest = tail_ ? tail_->newest() : std::nullopt;
  return newest ? find_pending(*newest, now, longest_, step_, *breaks_, last_sign) : std::vector<column_range>{};
}

} // namespace pmactor
