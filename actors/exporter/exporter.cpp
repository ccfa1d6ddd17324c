#include "actors/exporter/exporter.hpp"

#include "actors/supervision/log.hpp"

namespace pmactor {

void exporter_state::receive(const export_report& x) {
  auto& last = targets[x.target];
  if (!x.cursor.empty() && x.cursor != last.cursor)
    sink->push(self, remember{export_cursor_key(x.target), x.cursor});
  if (auto* slot = self->slot())
    slot->errors.fetch_add(x.errors, std::memory_order_relaxed);
  if (x.trouble != last.trouble) {
    if (x.trouble.empty())
      log_line(log_level::info, name, "export-works", x.target + " works again.");
    else
      log_line(log_level::warning, name, "export-fails", x.trouble);
  }
  last = x;
  std::string says, trouble, key;
  for (const auto& [target, report] : targets) {
    says += (says.empty() ? "" : "; ") + target + ": " + report.says;
    if (report.trouble.empty())
      continue;
    trouble += (trouble.empty() ? "" : " ") + report.trouble;
    if (key.empty())
      key = report.setting;
  }
  self->note(says);
  self->degraded(trouble, key);
}

exporter_impl::behavior_type exporter(exporter_state::pointer self, const actor_slot_ref& slot,
                                      const exporter_policy& policy, const std::shared_ptr<exporter_memory>& memory,
                                      const open_carrier& open) {
  self->attach(slot);
  auto& state = self->state;
  state.memory = memory;
  state.sink = std::make_unique<outbox<remember, memory_sink_actor>>(memory->kept);
  if (open)
    // The carrier's thread must not keep this actor alive.
    state.carrier = open(policy, [weak = caf::weak_actor_ptr{self->ctrl()}](const export_report& x) {
      if (const auto strong = weak.lock())
        caf::anon_send(caf::actor_cast<caf::actor>(strong), x);
    });
  if (!state.carrier)
    self->note("nothing is exported");
  return {
    [self](const events_stored&) {
      if (self->state.carrier)
        self->state.carrier->wake();
    },
    handle_link(self, *self->state.sink),
    handle_drill(self),
    [self](const export_report& x) { self->state.receive(x); },
  };
}

} // namespace pmactor
