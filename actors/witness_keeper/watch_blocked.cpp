#include "actors/witness_keeper/watch_blocked.hpp"

#include "actors/witness_keeper/classify_wait.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// The clocks of two CPUs differ by less; a process that ran again in between ran later than this.
constexpr nanoseconds same_sleep = 20ms;

/// Those that wait for one resource feel one stall; one whose reason is not known is a stall of its own.
std::string name_of(stall_resource resource, const waiting_process& x, const wait_place& place) {
  switch (resource) {
    case stall_resource::task:
      return x.name;
    case stall_resource::disk:
      return place.disk;
    case stall_resource::mount:
      return place.mount;
    default:
      return {};
  }
}

felt_stretch stretch_of(const waiting_process& x, const wait_place& place, std::optional<nanoseconds> ended,
                        nanoseconds uncertainty) {
  auto resource = classify_wait(x.waits_in);
  if (resource == stall_resource::task && !place.mount.empty()) // no known function, but a file that it is about
    resource = place.disk.empty() ? stall_resource::mount : stall_resource::disk;
  return {resource, name_of(resource, x, place), stall_sense::blocked_task, x.since, ended, uncertainty, x.pid};
}

} // namespace

std::optional<nanoseconds> blocked_watch::add(const power_sample& x, const read_blocked& read) {
  std::optional<nanoseconds> first;
  for (const auto& p : x.tasks) {
    if (p.state != 'D' || watched_.size() >= most)
      continue;
    const auto known = std::find_if(watched_.begin(), watched_.end(),
                                    [&](const watched& y) { return y.process.pid == p.pid; });
    if (known != watched_.end()) {
      known->process.start_time = p.started;
      continue;
    }
    const auto now = read(p.pid);
    if (!now) // it was in that sleep as it was scanned, and is not any more
      continue;
    watched_.push_back(
      {{p.pid, p.started, p.name, now->waits_in.empty() ? p.waits_in : now->waits_in, now->since},
       now->place,
       x.arrived.awake});
    first = std::min(first.value_or(now->since), now->since);
  }
  return first;
}

void blocked_watch::add(const std::vector<waiting_process>& found, nanoseconds now,
                        const read_blocked& read) {
  for (const auto& x : found)
    add(x.pid, x.name, now, read);
}

void blocked_watch::add(std::int64_t thread, std::string name, nanoseconds now,
                        const read_blocked& read) {
  const auto is_known = [thread](const watched& x) { return x.process.pid == thread; };
  if (watched_.size() >= most || std::any_of(watched_.begin(), watched_.end(), is_known))
    return;
  if (const auto is = read(thread))
    watched_.push_back(
      {{thread, std::nullopt, std::move(name), is->waits_in, is->since}, is->place, now});
}

std::vector<felt_stretch> blocked_watch::look(nanoseconds now, const read_blocked& read) {
  std::vector<felt_stretch> result;
  std::erase_if(watched_, [&](watched& x) {
    const auto is = read(x.process.pid);
    if (is && is->since - x.process.since < same_sleep) {
      x.looked_at = now;
      x.place = is->place;
      result.push_back(stretch_of(x.process, x.place, std::nullopt, nanoseconds{}));
      return false;
    }
    // It woke up between the two looks.
    const auto half = std::max(nanoseconds{}, now - x.looked_at) / 2;
    result.push_back(stretch_of(x.process, x.place, std::max(x.process.since, now - half), half));
    return true;
  });
  return result;
}

std::vector<waiting_process> blocked_watch::waiting() const {
  std::vector<waiting_process> result;
  for (const auto& x : watched_)
    result.push_back(x.process);
  return result;
}

} // namespace pmactor
