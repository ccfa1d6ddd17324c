// The policies that hold while the daemon runs. Which of its actors a reload concerns, decide_reload() says.
#pragma once

#include "app/settings/decide_reload.hpp"

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace pmactor {

/// The policies that hold, and which child is started with which of them.
class policy_book {
public:
  /// @param read gives the settings that hold from then on, for a reload; may be empty.
  /// @param find_sampler fills in the host's own sampler where the settings name none; may be empty.
  policy_book(const settings& conf, std::function<settings()> read,
              std::function<powermetrics_reader_policy(powermetrics_reader_policy)> find_sampler)
    : read_(std::move(read)), find_sampler_(std::move(find_sampler)), held_(put_in_force(conf)) {
  }

  const role_policies& held() const {
    return held_.policies;
  }

  /// The children are concerned in the order in which they are added.
  template <class Policy>
  void add_child(Policy role_policies::*policy) {
    differs_.push_back(
      [policy](const role_policies& a, const role_policies& b) { return a.*policy != b.*policy; });
  }

  void add_child_without_policy() {
    differs_.push_back([](const role_policies&, const role_policies&) { return false; });
  }

  /// @returns how many were added.
  std::size_t children() const {
    return differs_.size();
  }

  reload_order reload() {
    auto next = put_in_force(read_ ? read_() : held_.conf);
    auto result = decide_reload(held_, next, differs_);
    held_ = std::move(next);
    return result;
  }

private:
  settings_in_force put_in_force(const settings& conf) const {
    settings_in_force result{conf, derive_policies(conf)};
    if (find_sampler_)
      result.policies.powermetrics = find_sampler_(std::move(result.policies.powermetrics));
    return result;
  }

  std::function<settings()> read_;
  std::function<powermetrics_reader_policy(powermetrics_reader_policy)> find_sampler_;
  settings_in_force held_;
  std::vector<policy_difference> differs_;
};

} // namespace pmactor
