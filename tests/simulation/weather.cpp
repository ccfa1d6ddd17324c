#include "simulation/weather.hpp"

#include <algorithm>

namespace pmactor::simulation {

using std::chrono::nanoseconds;

weather::weather(std::uint64_t seed) : dice_{seed, 2} {
  cores_ = 1u << dice_.below(5);
  tells_pressure_ = !dice_.one_in(4);
  tells_disks_ = !dice_.one_in(10);
  usual_io_ = 0.5e6 + 3e6 * dice_.share();
}

void weather::begin(const fault& x, nanoseconds awake) {
  const peak now{awake, awake + x.length, x.amount};
  switch (x.kind) {
    case fault_kind::load:
      load_ = now;
      break;
    case fault_kind::memory:
      short_of_memory_ = now;
      break;
    case fault_kind::io:
      move_bytes(awake); // what the peak before has moved was moved, also if this one takes its place
      io_ = now;
      break;
    case fault_kind::thermal:
      heat_ = now;
      break;
    case fault_kind::crisis: // 40 points for the load and 27 or more for the memory
      load_ = {now.began, now.until, 4};
      short_of_memory_ = {now.began, now.until, 0.02};
      break;
    default:
      return;
  }
  last_calm_break_ = std::max(last_calm_break_, now.until);
}

void weather::move_bytes(nanoseconds awake) {
  const auto overlap = to_seconds(std::max(nanoseconds{}, std::min(awake, io_.until)
                                                            - std::max(moved_until_, io_.began)));
  moved_until_ = awake;
  written_ += io_.amount * overlap;
  io_stalled_ += 4e5 * overlap;
}

void weather::fill(system_counters& x, nanoseconds awake) {
  const auto seconds = to_seconds(awake - last_);
  last_ = awake;
  move_bytes(awake);
  const auto usual = usual_io_ * (0.5 + dice_.share());
  read_ += 0.3 * usual * seconds;
  written_ += 0.7 * usual * seconds;
  received_ += 1e5 * dice_.share() * seconds;
  sent_ += 5e4 * dice_.share() * seconds;
  const bool loaded = load_.runs(awake);
  const auto share = loaded ? 0.99 : 0.1 + 0.5 * dice_.share();
  busy_ += 100 * share * cores_ * seconds;
  idle_ += 100 * (1 - share) * cores_ * seconds;
  cpu_stalled_ += (loaded ? 9e5 : 2e4 * dice_.share()) * seconds;
  io_stalled_ += 1e3 * dice_.share() * seconds;
  memory_stalled_ += (short_of_memory_.runs(awake) ? 2e5 : 0) * seconds;

  const auto whole = [](double v) { return static_cast<std::uint64_t>(v); };
  x.cores = cores_;
  x.load1 = cores_ * (loaded ? load_.amount : 0.2 + 0.6 * dice_.share());
  x.mem_total = memory_;
  x.mem_available
    = memory_ * (short_of_memory_.runs(awake) ? short_of_memory_.amount : 0.35 + 0.2 * dice_.share());
  x.swap_used = 0;
  x.cpu = cpu_times{whole(busy_), whole(idle_)};
  if (tells_disks_)
    x.disks.emplace().push_back({"sda", whole(read_), whole(written_)});
  x.nets.emplace().push_back({"eth0", whole(received_), whole(sent_)});
  if (!tells_pressure_)
    return;
  x.cpu_stall.some = whole(cpu_stalled_);
  x.io_stall = {whole(io_stalled_), whole(io_stalled_ / 2)};
  x.memory_stall = {whole(memory_stalled_), whole(memory_stalled_ / 2)};
}

bool weather::is_hot(nanoseconds awake) const {
  return heat_.runs(awake);
}

culprit_truth weather::busy(nanoseconds awake) const {
  return {load_.runs(awake), io_.runs(awake)};
}

bool weather::is_crisis(nanoseconds awake) const {
  return load_.runs(awake) && short_of_memory_.runs(awake);
}

bool weather::was_calm_since(nanoseconds awake) const {
  return last_calm_break_ < awake;
}

std::optional<nanoseconds> weather::io_peak_began(nanoseconds awake) const {
  return tells_disks_ && io_.runs(awake) ? std::optional{io_.began} : std::nullopt;
}

} // namespace pmactor::simulation
