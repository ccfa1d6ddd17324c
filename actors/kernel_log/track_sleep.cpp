#include "actors/kernel_log/track_sleep.hpp"

#include <string>
#include <utility>

namespace pmactor {
namespace {

remark remark_of(const known_sleep& x, const char* topic, std::size_t part, std::string says) {
  return {topic + (' ' + std::to_string(x.number)) + '.' + std::to_string(part), std::move(says),
          x.began, x.ended};
}

} // namespace

bool has_suspended(const suspend_counts& before, const suspend_counts& after) {
  return after.success != before.success || after.fail != before.fail;
}

std::vector<remark> describe_sleep(const known_sleep& x, const suspend_counts& before,
                                   const suspend_counts& after, const suspend_phases& phases) {
  std::vector<remark> result;
  for (auto& says : describe_suspend(before, after))
    result.push_back(remark_of(x, "suspend", result.size(), std::move(says)));
  for (auto& says : phases.words())
    result.push_back(remark_of(x, "suspend", result.size(), std::move(says)));
  return result;
}

std::optional<known_sleep> sleep_tracker::find_counted(const suspend_counts& before,
                                                       const suspend_counts& after,
                                                       const clock_sample& now) {
  if (after.success.value_or(0) <= before.success.value_or(0))
    return std::nullopt;
  said_ = 0;
  last_ = known_sleep{looked_at_ == clock_sample{} ? now : looked_at_, now, *after.success};
  return last_;
}

std::optional<known_sleep> sleep_tracker::find_by_clocks(const clock_sample& now) {
  const auto slept = (now.total - looked_at_.total) - (now.awake - looked_at_.awake);
  if (looked_at_ == clock_sample{} || slept < least_sleep)
    return std::nullopt;
  said_ = 0;
  last_ = known_sleep{looked_at_, now, ++by_clocks_};
  return last_;
}

std::vector<remark> sleep_tracker::explain(const sleep_reasons& reasons, const clock_sample& now) {
  std::vector<remark> result;
  if (!last_)
    return result;
  const auto words = reasons.words(last_->began.wall, last_->ended.wall);
  for (; said_ < words.size(); ++said_)
    result.push_back(remark_of(*last_, "sleep", said_, words[said_]));
  if (now.awake - last_->ended.awake > explained_within)
    last_.reset();
  return result;
}

} // namespace pmactor
