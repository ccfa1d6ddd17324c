#include "app/explain/choose_span.hpp"

namespace pmactor {

stretch span_of(const span_event& x) {
  return x.time.to > x.time.from ? x.time : stretch{x.time.from, x.time.from + 1};
}

stretch choose_span(const std::optional<span_event>& newest, double now) {
  constexpr double hour = 3600;
  // What is in the future was stored by a clock that was set back since.
  if (newest && newest->time.from < now && newest->time.to >= now - hour)
    return span_of(*newest);
  return {now - hour, now};
}

} // namespace pmactor
