#include "app/web/build_envelope.hpp"

#include "app/history/find_gaps.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace pmactor::web {
namespace {

constexpr double longest_time = 1e11; ///< Unix seconds that make sense.
constexpr std::size_t most_values = 64;

void widen(value_range& to, const value_range& x) {
  if (!x.is_known())
    return;
  to.low = std::isnan(to.low) ? x.low : std::min(to.low, x.low);
  to.high = std::isnan(to.high) ? x.high : std::max(to.high, x.high);
}

} // namespace

void break_lines(envelope& x, std::span<const std::pair<double, double>> holes) {
  if (x.step > 0) // a stretch without samples is a gap already
    return;
  for (const auto& hole : holes) {
    // The sample after it may have been read a moment before the hole was over.
    const auto after = std::upper_bound(x.at.begin(), x.at.end(), hole.first + (hole.second - hole.first) / 2);
    if (after == x.at.begin() || after == x.at.end() || !is_across_hole(*std::prev(after), *after, hole))
      continue;
    const auto place = after - x.at.begin();
    const auto middle = (*after + *std::prev(after)) / 2;
    x.at.insert(x.at.begin() + place, middle);
    for (auto& one : x.series)
      one.insert(one.begin() + place, value_range{});
  }
}

envelope_builder::envelope_builder(double from, double to, std::size_t points, std::size_t values)
  : from_{from}, to_{std::max(to, from + 1e-3)}, points_{std::max<std::size_t>(points, 1)},
    values_{values} {
}

void envelope_builder::add(double at, std::span<const double> values) {
  if (at < from_ || at >= to_)
    return;
  std::array<float, most_values> shortened{};
  for (std::size_t i = 0; i < std::min(values_, most_values); ++i)
    shortened[i] = static_cast<float>(values[i]);
  const std::span<const float> row{shortened.data(), values_};
  if (!is_raw_) {
    put(at, row);
    return;
  }
  raw_times_.push_back(at);
  raw_.insert(raw_.end(), row.begin(), row.end());
  if (raw_times_.size() <= points_ * 2)
    return;
  // Too many to be shown one by one.
  is_raw_ = false;
  buckets_.assign(points_, bucket{std::vector<value_range>(values_), std::vector<double>(values_),
                                  std::vector<std::uint32_t>(values_)});
  for (std::size_t i = 0; i < raw_times_.size(); ++i)
    put(raw_times_[i], std::span<const float>{raw_}.subspan(i * values_, values_));
  raw_.clear();
}

void envelope_builder::put(double at, std::span<const float> values) {
  const auto place =
    static_cast<std::size_t>((at - from_) / (to_ - from_) * static_cast<double>(points_));
  auto& x = buckets_[std::min(place, points_ - 1)];
  for (std::size_t i = 0; i < values_; ++i) {
    if (std::isnan(values[i]))
      continue;
    widen(x.ranges[i], {values[i], values[i], values[i]});
    x.sums[i] += static_cast<double>(values[i]);
    ++x.counts[i];
  }
}

envelope envelope_builder::finish() {
  envelope result;
  result.series.resize(values_);
  if (!is_raw_) {
    result.step = (to_ - from_) / static_cast<double>(points_);
    for (std::size_t k = 0; k < points_; ++k) {
      result.at.push_back(from_ + (static_cast<double>(k) + 0.5) * result.step);
      for (std::size_t i = 0; i < values_; ++i) {
        auto range = buckets_[k].ranges[i];
        if (buckets_[k].counts[i] > 0)
          range.mean = static_cast<float>(buckets_[k].sums[i] / buckets_[k].counts[i]);
        result.series[i].push_back(range);
      }
    }
    return result;
  }
  const auto gaps = find_gaps(raw_times_);
  for (std::size_t k = 0; k < raw_times_.size(); ++k) {
    if (gaps[k]) {
      result.at.push_back((raw_times_[k] + raw_times_[k - 1]) / 2);
      for (auto& one : result.series)
        one.emplace_back();
    }
    result.at.push_back(raw_times_[k]);
    for (std::size_t i = 0; i < values_; ++i) {
      const auto x = raw_[k * values_ + i];
      result.series[i].push_back({x, x, x});
    }
  }
  return result;
}

envelope_store::envelope_store(std::size_t values) : values_{values} {
}

void envelope_store::add(double at, std::span<const double> values) {
  if (!(at > 0) || !(at < longest_time))
    return;
  const auto number = static_cast<std::int64_t>(at / day);
  auto found = blocks_.find(number);
  if (found == blocks_.end()) {
    if (blocks_.size() >= days) {
      if (number < blocks_.begin()->first)
        return;
      blocks_.erase(blocks_.begin());
    }
    found = blocks_
              .emplace(number, day_block{std::vector<value_range>(buckets_a_day * values_),
                                         std::vector<std::uint16_t>(buckets_a_day)})
              .first;
  }
  const auto place = std::min(
    static_cast<std::size_t>((at - static_cast<double>(number) * day) / step), buckets_a_day - 1);
  auto& count = found->second.counts[place];
  count = static_cast<std::uint16_t>(std::min(count + 1, 65'535));
  for (std::size_t i = 0; i < values_; ++i) {
    if (std::isnan(values[i]))
      continue;
    const auto x = static_cast<float>(values[i]);
    auto& range = found->second.ranges[place * values_ + i];
    const auto before = range.mean;
    widen(range, {x, x, x});
    range.mean = std::isnan(before) ? x : before + (x - before) / static_cast<float>(count);
  }
}

void envelope_store::forget_before(double at) {
  while (!blocks_.empty() && static_cast<double>(blocks_.begin()->first + 1) * day <= at)
    blocks_.erase(blocks_.begin());
}

bool envelope_store::has_day(double at) const {
  return at > 0 && at < longest_time && blocks_.count(static_cast<std::int64_t>(at / day)) > 0;
}

envelope envelope_store::query(double from, double to, std::size_t points) const {
  envelope result;
  result.series.resize(values_);
  from = std::clamp(from, 0.0, longest_time);
  to = std::clamp(to, from + step, longest_time + step);
  // Whole buckets for each point, from a border of one, so that each is in one point only.
  const auto width = std::max(
    1.0, std::ceil((to - from) / step / static_cast<double>(std::max<std::size_t>(points, 1))));
  result.step = width * step;
  const auto first = std::floor(from / result.step);
  const auto count = static_cast<std::size_t>(std::ceil(to / result.step) - first);
  result.at.reserve(count);
  for (auto& one : result.series)
    one.resize(count);
  std::vector<std::vector<std::uint32_t>> weights(values_, std::vector<std::uint32_t>(count));
  for (std::size_t k = 0; k < count; ++k)
    result.at.push_back((first + static_cast<double>(k) + 0.5) * result.step);
  for (auto block = blocks_.lower_bound(static_cast<std::int64_t>(first * result.step / day));
       block != blocks_.end(); ++block) {
    const auto begin = static_cast<double>(block->first) * day;
    if (begin >= to)
      break;
    for (std::size_t place = 0; place < buckets_a_day; ++place) {
      const auto samples = block->second.counts[place];
      const auto at = begin + static_cast<double>(place) * step;
      const auto k = std::floor(at / result.step) - first;
      if (samples == 0 || k < 0 || k >= static_cast<double>(count))
        continue;
      const auto point = static_cast<std::size_t>(k);
      for (std::size_t i = 0; i < values_; ++i) {
        const auto& x = block->second.ranges[place * values_ + i];
        if (!x.is_known())
          continue;
        auto& range = result.series[i][point];
        auto& weight = weights[i][point];
        const auto before = range.mean;
        widen(range, x);
        weight += samples;
        range.mean =
          std::isnan(before)
            ? x.mean
            : before + (x.mean - before) * static_cast<float>(samples) / static_cast<float>(weight);
      }
    }
  }
  return result;
}

} // namespace pmactor::web
