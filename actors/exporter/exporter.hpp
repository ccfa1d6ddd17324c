// The EXPORTER: has events and metrics carried to other systems. The work is the CARRIER's, which waits for disks and
// receivers; the actor wakes it, and keeps how far it has come.
#pragma once

#include "actors/exporter/export_carrier.hpp"
#include "actors/supervision/outbox.hpp"
#include "messages/actors.hpp"
#include "messages/storage.hpp"

#include <map>
#include <memory>
#include <string>

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::export_report)

namespace pmactor {

using exporter_impl = exporter_actor::extend<
  // How it goes with a target, from the CARRIER's thread.
  caf::reacts_to<export_report>>;

/// What outlives an incarnation; the topology keeps it.
struct exporter_memory {
  outbox_memory<remember> kept; ///< Cursors that are not stored yet.
  void start_afresh() {
    kept.give_up_all(); // what was sent behind the cursor that is stored is sent again
  }
};

/// Lost on a restart: the carrier, which its successor starts anew from the cursors that are stored.
struct exporter_state {
  using pointer = actor_pointer<exporter_impl, exporter_state>;
  static constexpr const char* name = "exporter";
  explicit exporter_state(pointer self_) : self{self_} {
  }

  void receive(const export_report& x);

  pointer self;
  std::shared_ptr<exporter_memory> memory;
  std::unique_ptr<outbox<remember, memory_sink_actor>> sink;
  std::unique_ptr<export_carrier> carrier; ///< Null if nothing is to be carried.
  std::map<std::string, export_report> targets;
};

/// @param open may be empty: then nothing is carried.
exporter_impl::behavior_type exporter(exporter_state::pointer self, const actor_slot_ref& slot,
                                      const exporter_policy& policy, const std::shared_ptr<exporter_memory>& memory,
                                      const open_carrier& open);

} // namespace pmactor
