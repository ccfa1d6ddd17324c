#include "simulation/disk.hpp"

namespace pmactor::simulation {

class disk::port final : public history_port {
public:
  port(disk& of, std::uint64_t run, std::function<bool()> has_power, damaged_file what)
    : disk_(of), run_{run}, has_power_{std::move(has_power)} {
    may_fail();
    if (what == damaged_file::refuse)
      may_be_damaged();
    if (disk_.shadow_)
      file_ = disk_.shadow_->open(run_, disk_.damaged_);
    if (disk_.damaged_) {
      disk_.damaged_ = false;
      ++disk_.files_aside;
      opened_ = "A damaged file was kept aside.";
      alarm_ = opened_;
    }
  }

  std::size_t store(std::span<const history_row> rows) override {
    may_fail();
    may_be_damaged();
    // A transaction is committed as a whole or not at all.
    const auto dies = std::exchange(disk_.dies, death_at::never);
    if (dies != death_at::never)
      disk_.watcher_.dies_of_store();
    if (dies == death_at::before)
      throw sudden_death{};
    if (file_)
      file_->store(rows);
    ++disk_.commits;
    disk_.busy_for += disk_.slowness;
    std::size_t fresh = 0;
    for (const auto& row : rows) {
      if (const auto* sample = std::get_if<scored_sample>(&row)) {
        auto& last = disk_.last_tick_[run_];
        if (sample->system.tick <= last)
          continue;
        last = sample->system.tick;
        ++disk_.count_[run_];
        ++fresh;
        disk_.samples_.push_back(to_seconds(sample->system.at.wall));
        disk_.watcher_.committed(*sample);
      } else if (const auto* event = std::get_if<event_record>(&row)) {
        auto kept = *event;
        kept.lead_up.clear();
        if (disk_.events_.emplace(event->event.id, std::move(kept)).second)
          disk_.watcher_.committed(*event, nullptr);
      } else if (const auto* amendment = std::get_if<event_amendment>(&row)) {
        const auto at = disk_.events_.find(amendment->id);
        if (at == disk_.events_.end()) {
          disk_.watcher_.lacks(*amendment);
          continue;
        }
        const auto earlier = at->second.event;
        amend(at->second, *amendment);
        disk_.watcher_.committed(at->second, &earlier);
      } else if (const auto* value = std::get_if<remember>(&row)) {
        disk_.kept_[value->key] = value->value;
      } else if (const auto* report = std::get_if<capture_report>(&row)) {
        ++disk_.reports;
        disk_.watcher_.committed(*report);
      }
    }
    if (dies == death_at::after)
      throw sudden_death{};
    return fresh;
  }

  prune_result prune(const prune_order& order) override {
    may_fail();
    if (file_)
      file_->prune(order);
    prune_result result;
    auto& samples = disk_.samples_;
    if (order.samples_before)
      while (result.samples < order.rows && !samples.empty() && samples.front() < *order.samples_before) {
        samples.pop_front();
        ++result.samples;
      }
    if (order.events_before)
      result.events = std::erase_if(disk_.events_, [&](const auto& x) {
        return to_seconds(x.second.event.ended) < *order.events_before;
      });
    result.more = order.samples_before && !samples.empty() && samples.front() < *order.samples_before;
    return result;
  }

  std::vector<std::string> pinned_folders() override {
    may_fail();
    return {};
  }

  std::optional<std::string> recall(const std::string& key) override {
    may_fail();
    return disk_.recall(key);
  }

  history_size size() override {
    may_fail();
    return {disk_.samples_.size(), 300 * disk_.samples_.size()};
  }

  const std::string& opened() const override {
    return opened_;
  }

  const std::string& alarm() const override {
    return alarm_;
  }

  std::string set_aside(const std::string& why) override {
    may_fail();
    if (file_)
      file_->set_aside(why);
    disk_.damaged_ = false;
    ++disk_.files_aside;
    return "The damaged file was kept aside.";
  }

  void end() override {
    may_fail();
    if (file_)
      file_->end();
    disk_.ended_run = run_;
  }

private:
  void may_fail() {
    if (!has_power_()) {
      throw storage_problem{storage_failure::io, "There is no power."};
    }
    if (disk_.fails) {
      ++disk_.failures;
      if (*disk_.fails == storage_failure::other)
        throw std::runtime_error("The disk did something unforeseen.");
      throw storage_problem{*disk_.fails, "The disk of this simulation fails."};
    }
  }

  void may_be_damaged() {
    if (!disk_.damaged_)
      return;
    if (!std::exchange(disk_.damage_is_known_, true))
      disk_.watcher_.finds_damage();
    throw storage_problem{storage_failure::corrupt, "The file is damaged."};
  }

  disk& disk_;
  std::uint64_t run_;
  std::function<bool()> has_power_;
  std::string opened_, alarm_;
  std::unique_ptr<shadow::connection> file_; ///< May be null.
};

void disk::keep_file(shadow::defect planted) {
  shadow_ = std::make_unique<shadow>([this](const std::string& what) { watcher_.differs(what); }, std::move(planted));
}

open_history disk::opener(std::uint64_t run, std::function<bool()> has_power) {
  return [this, run, has_power](damaged_file what) { return std::make_unique<port>(*this, run, has_power, what); };
}

std::uint64_t disk::samples_of(std::uint64_t run) const {
  const auto i = count_.find(run);
  return i == count_.end() ? 0 : i->second;
}

std::optional<std::string> disk::recall(const std::string& key) const {
  const auto i = kept_.find(key);
  return i == kept_.end() ? std::nullopt : std::optional{i->second};
}

} // namespace pmactor::simulation
