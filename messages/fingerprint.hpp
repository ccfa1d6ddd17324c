// Decides which events are alike: of one kind, cause, resource and doer. Pure; the same in every
// version, as people and programs keep fingerprints.
#pragma once

#include "messages/pause.hpp"

#include <string>

namespace pmactor {

/// What events have in common that are alike. Names are foreign bytes.
struct event_traits {
  std::string kind;     ///< As stored: "stall".
  std::string cause;    ///< As stored; empty of what has none.
  std::string resource; ///< Of a stall: "disk";
  std::string name;     ///< and which one: "sda".
  std::string doer;     ///< The likeliest suspect; empty if none is accused.
  friend bool operator==(const event_traits&, const event_traits&) = default;
};

/// @returns the name of a process without what differs from one to the next of its kind: "kworker"
/// of "kworker/u8:3", "tar" of "tar".
std::string common_name(const std::string& process);

/// @returns the traits of an event as it was found.
event_traits traits_of(const event_record& x);

/// @returns eight hexadecimal digits that these traits always have, on every machine.
std::string fingerprint_of(const event_traits& x);

} // namespace pmactor
