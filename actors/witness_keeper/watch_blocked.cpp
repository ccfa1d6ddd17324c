#include "actors/witness_keeper/watch_blocked.hpp"

#include "actors/host/ask_size.hpp"
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

blocked_watch::watched* blocked_watch::find(std::int64_t pid) {
  const auto known = std::find_if(watched_.begin(), watched_.end(),
                                  [pid](const watched& x) { return x.process.pid == pid; });
  return known == watched_.end() ? nullptr : &*known;
}

std::optional<nanoseconds> blocked_watch::take_longest(std::vector<watched>&& found, std::size_t room) {
  std::stable_sort(found.begin(), found.end(),
                   [](const watched& a, const watched& b) { return a.process.since < b.process.since; });
  std::optional<nanoseconds> first;
  for (auto& x : found) {
    if (watched_.size() >= room)
      break;
    first = std::min(first.value_or(x.process.since), x.process.since);
    watched_.push_back(std::move(x));
  }
  return first;
}

std::optional<nanoseconds> blocked_watch::add(const power_sample& x, const read_blocked& read) {
  std::vector<const task_sample*> fresh;
  for (const auto& p : x.tasks) {
    if (p.state != 'D' || p.name == asker_name)
      continue;
    if (auto* known = find(p.pid))
      known->process.start_time = p.started;
    else
      fresh.push_back(&p);
  }
  if (fresh.empty() || watched_.size() >= most_of_documents)
    return std::nullopt;
  const auto reads = std::min(fresh.size(), most_read);
  const auto begin = fresh.size() > most_read ? turn_ % fresh.size() : 0;
  turn_ += reads;
  std::vector<watched> found;
  for (std::size_t i = 0; i < reads; ++i) {
    // The busiest come first, and who waited all the time computed nothing.
    const auto& p = *fresh[fresh.size() - 1 - (begin + i) % fresh.size()];
    if (const auto is = read(p.pid)) // else it was in that sleep as it was scanned, and is not any more
      found.push_back({{p.pid, p.started, p.name, is->waits_in.empty() ? p.waits_in : is->waits_in, is->since},
                       is->place,
                       x.arrived.awake});
  }
  return take_longest(std::move(found), most_of_documents);
}

void blocked_watch::add(const std::vector<waiting_process>& all, nanoseconds now,
                        const read_blocked& read) {
  std::vector<watched> found;
  std::size_t reads = 0;
  for (const auto& x : all) {
    if (watched_.size() >= most_found || reads >= most_read_of_search)
      break;
    if (x.name == asker_name || find(x.pid) != nullptr)
      continue;
    ++reads;
    if (const auto is = read(x.pid))
      found.push_back({{x.pid, std::nullopt, x.name, is->waits_in, is->since}, is->place, now});
  }
  take_longest(std::move(found), most_found);
}

void blocked_watch::add(std::int64_t thread, std::string name, nanoseconds now,
                        const read_blocked& read) {
  if (watched_.size() >= most || find(thread) != nullptr)
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
