#include "actors/clock_sampler/own_switches.hpp"
#include "actors/clock_sampler/split_off_cpu_time.hpp"
#include "actors/host/parse_perf_records.hpp"
#include "actors/host/perf_ring_linux.hpp"

#include <array>
#include <system_error>
#include <utility>

namespace pmactor {

using std::chrono::nanoseconds;

struct own_switches::state {
  // A switch is 16 bytes, and a beat two of them: this is 12 s of beats, and a pause adds hardly
  // any.
  static constexpr std::size_t size = 4096;
  perf_ring ring{std::nullopt, std::max(size, page_size())};
  std::vector<std::byte> copy = std::vector<std::byte>(ring.size());
  std::array<absence, 256> absences{};
};

own_switches::own_switches() {
  try {
    state_ = std::make_unique<state>();
  } catch (const std::system_error& e) {
    refusal_ = e.what();
  }
}

own_switches::~own_switches() = default;

std::vector<std::pair<const void*, std::size_t>> own_switches::memory() const {
  if (!state_)
    return {};
  return {{state_.get(), sizeof(state)}, {state_->copy.data(), state_->copy.size()}};
}

std::optional<gap_record> own_switches::read(nanoseconds since, nanoseconds deadline) {
  if (!state_)
    return std::nullopt;
  auto& s = *state_;
  // As long as nothing was overwritten, there was nothing before the oldest.
  bool is_whole = !s.ring.has_wrapped();
  const auto size = s.ring.copy(s.copy.data());
  std::size_t count = 0;
  std::optional<nanoseconds> came;
  for_each_perf_record(s.copy.data(), size, [&](const perf_record& x) {
    if (x.at <= since || count == s.absences.size()) {
      is_whole = x.at <= since;
      return false;
    }
    if (x.kind == perf_record_kind::came)
      came = x.at;
    else if (x.kind == perf_record_kind::left && came)
      s.absences[count++] = {x.at, *std::exchange(came, std::nullopt), x.was_ready};
    return true;
  });
  return split_off_cpu_time(s.absences.data(), count, is_whole, deadline);
}

} // namespace pmactor
