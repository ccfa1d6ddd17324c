// The policies that hold while the daemon runs, and which of its actors a reload of the settings concerns.
#pragma once

#include "actors/supervision/supervisor.hpp"
#include "app/settings/policies.hpp"

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace pmactor {

/// The policies that hold, and which child is concerned when one of them changes.
class policy_book {
public:
  /// @param read gives the settings that hold from then on, for a reload; may be empty.
  /// @param find_sampler fills in the host's own sampler where the settings name none; may be empty.
  policy_book(const settings& conf, std::function<settings()> read,
              std::function<reader_policy(reader_policy)> find_sampler)
    : conf_(conf), read_(std::move(read)), find_sampler_(std::move(find_sampler)), held_(policies(conf)) {
  }

  const role_policies& held() const {
    return held_;
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

  reload_order reload() {
    auto conf = read_ ? read_() : conf_;
    auto next = policies(conf);
    reload_order result{next.supervision, {}, changed_settings(conf_, conf)};
    for (std::size_t i = 0; i < differs_.size(); ++i)
      if (differs_[i](held_, next))
        result.children.push_back(i);
    conf_ = std::move(conf);
    held_ = std::move(next);
    return result;
  }

private:
  role_policies policies(const settings& conf) const {
    auto result = policies_of(conf);
    if (find_sampler_)
      result.powermetrics = find_sampler_(std::move(result.powermetrics));
    return result;
  }

  settings conf_;
  std::function<settings()> read_;
  std::function<reader_policy(reader_policy)> find_sampler_;
  role_policies held_;
  std::vector<std::function<bool(const role_policies&, const role_policies&)>> differs_;
};

} // namespace pmactor
