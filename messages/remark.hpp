// A remark: something that was seen for a while and may be evidence of an event, by whatever actor
// saw it.
#pragma once

#include "messages/pause.hpp"
#include "messages/time.hpp"

#include <string>

namespace pmactor {

/// Becomes evidence of the pauses, stalls and sleeps that it overlaps; of others nothing is kept.
struct remark {
  std::string
    topic; ///< Of one topic an event takes one remark: "throttled /system.slice/a.service".
  std::string says; ///< A sentence without its full stop. Foreign bytes.
  clock_sample began, ended;
  friend bool operator==(const remark&, const remark&) = default;
};

/// @returns the topic of the remark that an incident is to other events.
std::string topic_of_incident(event_id x);

std::string to_string(const remark& x);

} // namespace pmactor
