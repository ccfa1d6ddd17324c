#include "simulation/witnesses.hpp"

#include "app/witness/witness_probe.hpp"

#include <stdexcept>

namespace pmactor::simulation {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds pace = 500ms; ///< Of the child's timer.

} // namespace

struct witnesses::life {
  witness_page page;
  std::array<owned_slot, fragiles.size()> slots;
};

class witnesses::child final : public witness_child {
public:
  child(std::shared_ptr<life> of, std::function<nanoseconds()> awake) : life_{std::move(of)}, awake_{std::move(awake)} {
  }
  const witness_page& page() const override {
    life_->page.due_ns = (awake_() + pace / 2).count(); // it keeps its time, and stops with the machine only
    return life_->page;
  }
  std::string ended() override {
    return {};
  }
  char state_of(std::int64_t) override {
    return 'S';
  }

private:
  std::shared_ptr<life> life_;
  std::function<nanoseconds()> awake_;
};

start_witness witnesses::starter(std::function<nanoseconds()> awake, std::function<bool()> has_power) {
  return [this, awake = std::move(awake), has_power = std::move(has_power)]() -> std::unique_ptr<witness_child> {
    if (!has_power())
      throw std::runtime_error("there is no power");
    const auto fresh = std::make_shared<life>();
    fresh->page.pace_ns = pace.count();
    fresh->page.mark = witness_page::magic;
    for (std::size_t i = 0; i < fragiles.size(); ++i) {
      fresh->slots[i] = claim_slot(fresh->page, fragiles[i].resource, fragiles[i].name, fragiles[i].sense);
      if (stalls(i))
        fresh->slots[i]->since_ns = awake().count(); // it feels what it is the first to ask
    }
    life_ = fresh;
    return std::make_unique<child>(fresh, awake);
  };
}

void witnesses::begin(std::size_t which, nanoseconds awake, nanoseconds doubt) {
  since_[which] = awake;
  const auto of = life_.lock();
  if (!of)
    return;
  auto& slot = *of->slots[which];
  slot.uncertainty_ns = doubt.count();
  slot.since_ns = (awake - doubt).count();
}

void witnesses::end(std::size_t which, nanoseconds awake) {
  if (!std::exchange(since_[which], std::nullopt))
    return;
  const auto of = life_.lock();
  if (!of)
    return;
  auto& slot = *of->slots[which];
  const nanoseconds began{slot.since_ns.exchange(0)};
  if (awake - began >= least_noted)
    note_stretch(slot, began, awake, nanoseconds{slot.uncertainty_ns.load()});
}

} // namespace pmactor::simulation
