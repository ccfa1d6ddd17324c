#include "actors/clock_sampler/clock_sampler.hpp"

namespace pmactor {
namespace {

std::string listed(const std::vector<std::string>& xs) {
  std::string result;
  for (const auto& x : xs)
    result += (result.empty() ? "" : ", ") + x;
  return result;
}

} // namespace

std::string to_string(const beat_batch& x) {
  return "beat_batch{" + to_string(x.reading) + ", " + std::to_string(x.late.size()) + " late}";
}

clock_sampler_impl::behavior_type clock_sampler(clock_sampler_state::pointer self,
                                                const actor_seat& seat, const beat_policy& policy,
                                                const start_beat& start,
                                                const std::shared_ptr<outbox_memory<late_beat>>& memory) {
  self->sit(seat);
  auto& state = self->state;
  state.memory = memory;
  state.late = std::make_unique<outbox<late_beat, beat_sink_actor>>(*memory);
  if (start)
    state.source = start(policy, [to = caf::actor_cast<clock_sampler_impl>(self)](beat_batch x) {
      caf::anon_send(to, std::move(x));
    });
  return {
    [self](beat_batch& x) {
      if (!x.shortfalls.empty())
        log_line(log_level::info, self->name(), "beat-shortfalls",
                 "This host does not tell or grant: " + listed(x.shortfalls)
                   + ". Causes that need it are not found.");
      for (const auto& late : x.late)
        self->state.late->push(self, late);
      if (self->state.sink && !x.reading.lateness.empty())
        self->send(self->state.sink, std::move(x.reading));
    },
    [self](const link_to&, const beat_sink_actor& sink) {
      self->state.sink = sink;
      self->state.late->link(self, sink);
    },
    [](const gap&) {
      // Nothing here waits for anything.
    },
    handle_drill(self),
  };
}

} // namespace pmactor
