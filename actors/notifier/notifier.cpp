#include "actors/notifier/notifier.hpp"

#include "actors/notifier/compose_notice.hpp"
#include "actors/notifier/limit_notices.hpp"
#include "actors/supervision/log.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

} // namespace

void notifier_memory::start_afresh() {
  notice_state fresh;
  fresh.numbers = notices.numbers;
  fresh.sent = std::move(notices.sent);
  fresh.held_back = notices.held_back;
  fresh.held_back_ever = notices.held_back_ever;
  fresh.known = std::move(notices.known);
  fresh.stalls_reported = std::move(notices.stalls_reported);
  fresh.last_ticks = notices.last_ticks;
  fresh.last_folder = std::move(notices.last_folder);
  for (std::size_t i = 0; i < notices.pauses + notices.parts.size(); ++i)
    count_undelivered(fresh, notice_kind::pause);
  notices = std::move(fresh);
}

notifier_impl::behavior_type notifier_state::run(const notifier_policy& policy,
                                                 const lived_clock* lived,
                                                 const std::shared_ptr<notifier_memory>& memory,
                                                 const open_delivery& open) {
  policy_ = policy;
  lived_ = lived;
  memory_ = memory;
  is_silent_ = !policy.when.enabled || policy.when.learning;
  if (is_silent_) {
    self_->note(policy.when.enabled ? "While learning, no message is sent."
                                    : "Messages are switched off in the settings.");
  } else {
    if (memory_->delivery)
      memory_->delivery->follow(policy_.how); // the settings may have been read again
    else
      memory_->delivery = open(policy_.how);
    // The delivery thread must not keep this actor alive.
    memory_->delivery->listen([weak = caf::weak_actor_ptr{self_->ctrl()}](const sink_result& x) {
      if (const auto strong = weak.lock())
        caf::anon_send(caf::actor_cast<caf::actor>(strong), x);
    });
    say_how_it_goes();
    looks_.start(self_); // a fault is reported once it has lasted
    arm_due();
  }
  return {
    [this](const event_record& x) {
      memory_->habits.count(x);
      take([&](notice_state& state, auto now) { apply_event(state, x, now, policy_.when); });
    },
    [this](const event_amendment& x) {
      take([&](notice_state& state, auto now) { apply_amendment(state, x, now, policy_.when); });
    },
    [this](const stress_alert& x) {
      take([&](notice_state& state, auto now) { apply_alert(state, x, now, policy_.when); });
    },
    [this](const capture_report& x) {
      take([&](notice_state& state, auto now) { apply_capture(state, x, now, policy_.when); });
    },
    [this](const fault_list& x) {
      faults_ = x.all;
      judge_faults();
    },
    handle_drill(self_),
    [this](const sink_result& x) { receive_result(x); },
    [this](const tick& x) {
      if (x.armed == armed_)
        take([](notice_state&, auto) {});
    },
    [this](const fault_look&) {
      if (looks_.take(self_))
        judge_faults();
    },
  };
}

std::chrono::nanoseconds notifier_state::now() const {
  return lived_->at(self_->clock().now().time_since_epoch());
}

template <class F>
void notifier_state::take(F apply) {
  const auto time = now();
  auto state = memory_->notices;
  apply(state, time);
  std::vector<notice_message> due;
  for (auto& x : take_due(state, time, policy_.when)) {
    if (const auto& about = x.about ? x.about : x.longest)
      x.alike = memory_->habits.like(*about);
    due.push_back(compose_notice(x));
  }
  memory_->notices = std::move(state);
  for (const auto& x : due)
    send(x);
  arm_due();
  if (!due.empty())
    say_how_it_goes();
}

void notifier_state::send(const notice_message& x) {
  ++memory_->sent;
  if (policy_.how.log)
    log_line(x.is_urgent ? log_level::warning : log_level::info, name, "notice-" + to_string(x.kind),
             x.title + ". " + x.body);
  memory_->delivery->deliver(x);
}

void notifier_state::receive_result(const sink_result& x) {
  using outcome = sink_result::outcome;
  if (x.what == outcome::lost) {
    take([&](notice_state& state, auto) { count_undelivered(state, x.kind); });
    log_line(log_level::warning, name, "message-lost", "A message was not sent, as " + x.says);
    return;
  }
  const auto before = memory_->sinks.find(x.sink);
  const bool is_new = before == memory_->sinks.end() || before->second.what != x.what
                      || before->second.says != x.says;
  if (x.what == outcome::failed)
    log_line(log_level::warning, name, "message-failed", "A message failed at the " + to_string(x) + '.');
  else if (x.what == outcome::unavailable && x.is_remedied && is_new)
    log_line(log_level::warning, name, "desktop-unavailable",
             "No message can be shown on a desktop: " + x.says
               + ". Or switch it off by notifications.desktop = false in the settings.");
  memory_->sinks[x.sink] = x;
  say_how_it_goes();
}

void notifier_state::arm_due() {
  const auto due = next_due(memory_->notices, policy_.when);
  ++armed_;
  if (due)
    self_->delayed_send(self_, std::max<std::chrono::nanoseconds>(*due - now(), 1ms), tick{armed_});
}

void notifier_state::judge_faults() {
  if (is_silent_ || (faults_.empty() && memory_->notices.troubles.empty()))
    return;
  take([&](notice_state& state, auto now) { apply_faults(state, faults_, now, policy_.when); });
}

void notifier_state::say_how_it_goes() {
  const auto& memory = *memory_;
  auto words = std::to_string(memory.sent) + (memory.sent == 1 ? " message" : " messages") + " sent";
  if (const auto held_back = memory.notices.held_back_ever; held_back > 0)
    words += ", " + std::to_string(held_back) + " held back";
  std::string broken;
  for (const auto& [sink, last] : memory.sinks) {
    if (last.says.empty())
      continue;
    words += "; " + to_string(last);
    // A desktop comes and goes; a command that the user has set is meant to work.
    if (sink == "command" && last.what == sink_result::outcome::failed)
      broken = "The last message did not get through, as the command of [notifications] failed: " + last.says;
  }
  self_->note(words);
  self_->degraded(broken);
}

notifier_impl::behavior_type notifier(notifier_state::pointer self, const actor_slot_ref& slot,
                                      const notifier_policy& policy, const lived_clock* lived,
                                      const std::shared_ptr<notifier_memory>& memory,
                                      const open_delivery& open) {
  self->attach(slot);
  return self->state.run(policy, lived, memory, open);
}

} // namespace pmactor
