#include "simulation/retune.hpp"

#include <initializer_list>

namespace pmactor::simulation {
namespace {

using namespace std::chrono_literals;

template <class T>
void choose(T& value, dice& d, std::initializer_list<T> from) {
  if (d.one_in(2))
    value = from.begin()[d.below(from.size())];
}

} // namespace

settings retuned(settings x, dice d) {
  using nanoseconds = std::chrono::nanoseconds;
  choose<nanoseconds>(x.pauses.find.least_lateness, d, {200ms, 300ms, 500ms});
  choose<nanoseconds>(x.sampling.normal_every, d, {5s, 10s});
  choose<nanoseconds>(x.flight_recorder.record.lead_up, d, {10s, 60s, 120s});
  choose<nanoseconds>(x.powermetrics.first_delay, d, {1s, 5s});
  choose<nanoseconds>(x.powermetrics.least_silence, d, {2s, 4s});
  choose(x.notifications.when.enabled, d, {true, true, false});
  choose<nanoseconds>(x.notifications.when.cooldown, d, {60s, 5min});
  choose<std::uint32_t>(x.notifications.when.most_per_hour, d, {2, 12});
  choose(x.forensics.capture.enabled, d, {true, true, false});
  choose<std::uint32_t>(x.forensics.capture.per_hour, d, {1, 6});
  choose<nanoseconds>(x.storage.keep_samples, d, {std::chrono::days{1}, std::chrono::days{30}});
  choose<nanoseconds>(x.supervision.backoff_first, d, {100ms, 1s});
  return x;
}

} // namespace pmactor::simulation
