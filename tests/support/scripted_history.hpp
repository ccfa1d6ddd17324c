// A database that fails as a test says, and notes what is done with it.
#pragma once

#include "actors/storage_writer/history.hpp"
#include "actors/storage_writer/trust_clock.hpp"

#include <cstdint>
#include <deque>
#include <new>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// What the scripted database does and has seen; outlives its connections.
struct history_script {
  std::deque<storage_failure> failures; ///< Of the next stores, in order; then they work.
  std::deque<storage_failure> open_failures;
  std::vector<std::vector<std::uint64_t>> transactions; ///< The ticks of each.
  std::uint64_t poison = 0; ///< The tick that can never be stored.
  bool throws_else = false; ///< The poison throws something that no one foresaw.
  std::vector<std::string> kept;
  int opened = 0, set_aside = 0, ended = 0;
  std::vector<prune_order> prunes;
  std::optional<std::string> prune_clock;
  std::deque<prune_result> prune_results;
  std::string alarm;
};

class scripted_history : public history_port {
public:
  explicit scripted_history(history_script& x) : script_(x) {
  }
  std::size_t store(std::span<const history_row> rows) override {
    if (const auto* kept = std::get_if<remember>(&rows.front()); kept && kept->key == prune_clock_key) {
      script_.prune_clock = kept->value;
      return 0;
    }
    if (!script_.failures.empty()) {
      const auto kind = script_.failures.front();
      script_.failures.pop_front();
      throw storage_problem{kind, "Cannot store: " + to_string(kind) + '.'};
    }
    std::vector<std::uint64_t> ticks;
    for (const auto& row : rows)
      if (const auto* sample = std::get_if<scored_sample>(&row)) {
        if (sample->system.tick == script_.poison && script_.throws_else)
          throw std::bad_alloc{};
        if (sample->system.tick == script_.poison)
          throw storage_problem{storage_failure::refused, "Cannot store: poison."};
        ticks.push_back(sample->system.tick);
      } else if (const auto* kept = std::get_if<remember>(&row)) {
        script_.kept.push_back(kept->key);
      }
    script_.transactions.push_back(ticks);
    return ticks.size();
  }
  prune_result prune(const prune_order& order) override {
    script_.prunes.push_back(order);
    if (script_.prune_results.empty())
      return {};
    const auto result = script_.prune_results.front();
    script_.prune_results.pop_front();
    return result;
  }
  std::vector<std::string> pinned_folders() override {
    return {"events/pinned"};
  }
  std::optional<std::string> recall(const std::string&) override {
    return script_.prune_clock;
  }
  history_size size() override {
    return {1234, 12'300'000};
  }
  const std::string& opened() const override {
    return script_.alarm;
  }
  const std::string& alarm() const override {
    return script_.alarm;
  }
  std::string set_aside(const std::string& why) override {
    ++script_.set_aside;
    return why + " Kept.";
  }
  void end() override {
    ++script_.ended;
  }

private:
  history_script& script_;
};

} // namespace pmactor
