#include "actors/group_watch/group_watch.hpp"

#include "actors/group_watch/choose_depth.hpp"
#include "actors/supervision/log.hpp"
#include "messages/event_facts.hpp"
#include "messages/words.hpp"

namespace pmactor {
namespace {

constexpr double stressed_at =
  30; ///< Points of stress, at which samples are stored each second as well.
constexpr std::uint64_t stressed_for = 10; ///< Seconds after the last such one.
/// A look in between comes that much later: what is due is long enough by then.
constexpr std::chrono::nanoseconds slack = std::chrono::milliseconds{10};

} // namespace

void group_watch_memory::start_afresh() {
  tracker = {};
  is_close = false;
  give_up_all(pending);
  remarks.give_up_all();
}

void group_watch_state::receive(const scored_sample& x) {
  auto& m = *memory;
  if (!reader || x.system.tick <= m.last_tick)
    return;
  m.last_tick = x.system.tick;
  if (x.stress.total() >= stressed_at)
    m.stressed_until = x.system.tick + stressed_for;
  const auto depth =
    choose_depth(x.system.tick, groups, m.is_close, x.system.tick <= m.stressed_until);
  if (depth)
    look(*depth);
}

void group_watch_state::look(look_depth depth) {
  auto& m = *memory;
  if (!reader)
    return;
  const auto& seen = reader->read(depth);
  auto found = m.tracker.look(seen, policy, [this](const std::string& id, const std::string& path) {
    return reader->container_name(id, path);
  });
  m.is_close = found.is_close;
  for (auto& one : found.remarks)
    remarks->push(self, std::move(one));
  for (const auto& news : found.stalls) {
    sinks.push(self, news);
    if (const auto* stall = std::get_if<pause_event>(&news))
      log_line(log_level::warning, name, "group-held-up",
               capitalised(in_words(stall->stall->resource, stall->stall->name))
                 + " does not run.");
  }
  for (const auto& news : found.slowed) {
    sinks.push(self, news);
    if (const auto* slowed = std::get_if<pause_event>(&news))
      log_line(log_level::warning, name, "slowed",
               capitalised(head_of(slowed->facts.value_or("")).title) + '.');
  }
  if (found.next_look) // one that was armed before is for what this look has seen as well
    self->delayed_send(self, *found.next_look - seen.at.awake + slack, group_look_due{++armed});
  note_state(seen);
}

void group_watch_state::note_state(const group_look& x) {
  if (groups == x.groups.size() && beyond == x.beyond)
    return;
  groups = x.groups.size();
  beyond = x.beyond;
  self->note("looks after " + grouped(groups) + (groups == 1 ? " control group" : " control groups")
             + (beyond > 0 ? ", the first of more: at least " + grouped(beyond)
                               + " are not looked at (groups.most)"
                           : std::string{}));
}

group_watch_impl::behavior_type group_watch(group_watch_state::pointer self,
                                            const actor_slot_ref& slot, const group_watch_policy& policy,
                                            const group_watch_host& host,
                                            const std::shared_ptr<group_watch_memory>& memory) {
  self->attach(slot);
  auto& state = self->state;
  state.policy = policy;
  state.memory = memory;
  state.sinks.open(memory->pending);
  state.remarks = std::make_unique<outbox<remark, remark_sink_actor>>(memory->remarks);
  if (policy.enabled)
    state.reader = host.open(policy.most);
  else
    self->note("looks after nothing: it is switched off in the settings");
  return {
    [self](const scored_sample& x) { self->state.receive(x); },
    handle_link(self, self->state.sinks),
    handle_link(self, *self->state.remarks),
    handle_drill(self),
    [self](const group_look_due& x) {
      if (x.armed == self->state.armed)
        self->state.look(look_depth::stalls);
    },
  };
}

} // namespace pmactor
