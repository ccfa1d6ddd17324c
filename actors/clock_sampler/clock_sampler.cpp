#include "actors/clock_sampler/clock_sampler.hpp"

#include "actors/clock_sampler/note_clock_step.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using pointer = clock_sampler_state::pointer;

/// How much a late beat has to say: a sleep as well as a pause.
std::chrono::nanoseconds weight_of(const late_beat& x) {
  return x.after.at.total - x.before.at.total;
}

/// @returns the lines with blanks between them.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

void hand_on(pointer self) {
  auto& state = self->state;
  auto& memory = *state.memory;
  // In the outbox first: should we die in between, it is sent twice, and its receiver ignores the
  // second.
  while (const auto late = memory.oldest_late()) {
    state.late->push(self, *late);
    memory.drop_late();
  }
  auto rest = memory.take();
  if (!rest.shortfalls.empty()) {
    log_line(log_level::info, state.name, "beat-shortfalls",
             "This host does not count or grant: " + joined(rest.shortfalls)
               + ". Causes that need it are not found.");
    const std::string lead = "not counted or granted here: ";
    self->note(lead + joined_within(rest.shortfalls, decltype(health_slot::note)::room - lead.size()));
    self->shortfall(joined_within(rest.shortfalls, decltype(health_slot::shortfall)::room));
  }
  if (!rest.moved_to.empty())
    log_line(
      log_level::info, state.name, "control-group-moved",
      "This process was moved to another control group; what that one counts is read from now on: "
        + one_line(rest.moved_to));
  if (const auto dropped = memory.take_dropped(); dropped > 0) {
    if (auto* slot = self->slot())
      slot->dropped.fetch_add(dropped, std::memory_order_relaxed);
    log_line(log_level::warning, state.name, "beats-dropped",
             std::to_string(dropped)
               + " beats fell off a full queue; pauses among them are missing, the "
                 "shortest first.");
  }
  if (state.sink && !rest.reading.lateness.empty())
    self->send(state.sink, std::move(rest.reading));
}

} // namespace

std::string to_string(const beat_batch& x) {
  return "beat_batch{" + to_string(x.reading) + ", " + std::to_string(x.late.size()) + " late}";
}

clock_sampler_memory::~clock_sampler_memory() {
  source.reset(); // before what its thread deposits into
}

void clock_sampler_memory::deposit(beat_batch x) {
  std::lock_guard guard{mutex_};
  for (const auto& late : x.late)
    late_.push_back(late);
  while (late_.size() > most_late) {
    // The front may be with the actor right now; of the others a short pause says the least.
    late_.erase(
      std::min_element(late_.begin() + 1, late_.end(), [](const late_beat& a, const late_beat& b) {
        return weight_of(a) < weight_of(b);
      }));
    ++dropped_;
  }
  auto& to = left_.reading;
  auto& from = x.reading;
  to.at = from.at;
  to.period = from.period;
  append_clock_steps(to.steps, from.steps);
  to.lost = from.lost;
  to.sleeps = from.sleeps;
  if (from.lost > lost_)
    dropped_ += from.lost - lost_;
  lost_ = from.lost;
  to.lateness.insert(to.lateness.end(), from.lateness.begin(), from.lateness.end());
  if (to.lateness.size() > most_lateness) {
    const auto over = to.lateness.size() - most_lateness;
    to.lateness.erase(to.lateness.begin(), to.lateness.begin() + static_cast<std::ptrdiff_t>(over));
    dropped_ += over;
  }
  if (!x.moved_to.empty())
    left_.moved_to = std::move(x.moved_to);
  left_.shortfalls.insert(left_.shortfalls.end(), x.shortfalls.begin(), x.shortfalls.end());
  if (nudge_)
    nudge_();
}

std::uint64_t clock_sampler_memory::take_dropped() {
  std::lock_guard guard{mutex_};
  return std::exchange(dropped_, 0);
}

void clock_sampler_memory::set_listener(std::uint32_t incarnation, std::function<void()> nudge) {
  std::lock_guard guard{mutex_};
  listener_ = incarnation;
  nudge_ = std::move(nudge);
}

void clock_sampler_memory::drop_listener(std::uint32_t incarnation) {
  std::lock_guard guard{mutex_};
  if (incarnation == listener_)
    nudge_ = {};
}

beat_batch clock_sampler_memory::take() {
  std::lock_guard guard{mutex_};
  return std::exchange(left_, {});
}

std::optional<late_beat> clock_sampler_memory::oldest_late() {
  std::lock_guard guard{mutex_};
  return late_.empty() ? std::nullopt : std::optional{late_.front()};
}

void clock_sampler_memory::drop_late() {
  std::lock_guard guard{mutex_};
  if (!late_.empty())
    late_.pop_front();
}

void clock_sampler_memory::start_afresh() {
  pending.give_up_all();
  std::lock_guard guard{mutex_};
  dropped_ += late_.size();
  late_.clear();
  left_ = {};
}

clock_sampler_state::~clock_sampler_state() {
  if (memory)
    memory->drop_listener(incarnation);
}

clock_sampler_impl::behavior_type clock_sampler(pointer self, const actor_slot_ref& slot,
                                                const beat_policy& policy, const start_beat& start,
                                                const std::shared_ptr<clock_sampler_memory>& memory) {
  self->attach(slot);
  auto& state = self->state;
  state.memory = memory;
  state.late = std::make_unique<outbox<late_beat, beat_sink_actor>>(memory->pending);
  state.incarnation = slot.incarnation;
  memory->set_listener(slot.incarnation, [to = caf::actor_cast<clock_sampler_impl>(self)] {
    caf::anon_send(to, beats_due{});
  });
  if (memory->source)
    memory->source->follow(policy); // the settings may have been read again
  else if (start)
    memory->source = start(policy, [keep = memory.get()](beat_batch x) { keep->deposit(std::move(x)); });
  self->send(self, beats_due{}); // what a predecessor left
  return {
    [self](const link_to&, const beat_sink_actor& sink) {
      self->state.sink = sink;
      self->state.late->link(self, sink);
    },
    handle_drill(self),
    [self](const beats_due&) { hand_on(self); },
  };
}

} // namespace pmactor
