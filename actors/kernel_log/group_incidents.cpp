#include "actors/kernel_log/group_incidents.hpp"

#include "messages/event_facts.hpp"
#include "messages/utf8.hpp"
#include "messages/words.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr auto amended_every = 10s; ///< At most.
/// A line without a device, or the first one with it, is about the device of which the lines just
/// before it are.
constexpr auto same_report = 5s;
constexpr int urgent_weight =
  9; ///< A process was killed, a disk or a file system given up, a CPU stuck.
constexpr std::size_t longest_kept = 512; ///< Of a line.

std::string process_of(const incident_line& x) {
  return x.process.empty() ? "" : x.process + (x.pid ? " (" + std::to_string(*x.pid) + ')' : "");
}

} // namespace

nanoseconds join_within(incident_kind x, const kernel_log_policy& policy) {
  // The kernel reports a CPU that stays hot, and a task that stays blocked, again after minutes.
  const bool is_slow =
    x == incident_kind::thermal || x == incident_kind::hung_task || x == incident_kind::hardware;
  return is_slow ? std::max<nanoseconds>(policy.join, 10min) : policy.join;
}

incident_groups::group* incident_groups::find(const logged_line& x, const kernel_log_policy& policy) {
  group* nearest = nullptr;
  for (auto& one : groups_) {
    const auto since = x.at.awake - one.ended.awake;
    if (one.kind != x.is.kind || since > join_within(one.kind, policy))
      continue;
    if (one.device == x.is.device)
      return &one;
    if ((one.device.empty() || x.is.device.empty()) && since <= same_report)
      nearest = &one;
  }
  return nearest;
}

void incident_groups::add(const logged_line& x, const kernel_log_policy& policy) {
  auto* known = find(x, policy);
  if (known == nullptr) {
    if (x.is.weight == 0)
      return; // it adds to a line that was not seen
    if (groups_.size() >= most_open) {
      suppressed_ += groups_.front().reported == 0 && !groups_.front().is_suppressed ? 1 : 0;
      groups_.pop_front();
    }
    known = &groups_.emplace_back();
    known->kind = x.is.kind;
    known->heaviest = x.is;
    known->source = x.source;
    known->began = x.at;
    known->line = cut_text(x.text, longest_kept);
  }
  auto& to = *known;
  if (to.device.empty())
    to.device = x.is.device;
  if (x.is.weight > to.heaviest.weight) {
    to.heaviest = x.is;
    to.line = cut_text(x.text, longest_kept);
  }
  if (const auto name = process_of(x.is);
      !name.empty() && to.processes.size() < most_processes
      && std::find(to.processes.begin(), to.processes.end(), name) == to.processes.end()) {
    if (to.processes.empty())
      to.pid = x.is.pid;
    to.processes.push_back(name);
  }
  if (x.is.weight > 0) {
    ++to.count;
    to.last_line = cut_text(x.text, longest_kept);
  }
  if (x.at.awake > to.ended.awake)
    to.ended = x.at;
}

std::string incident_groups::title_of(const group& x) {
  auto result = x.heaviest.says;
  if (x.processes.empty())
    return result;
  const auto& first = x.processes.front();
  if (result.find(first.substr(0, first.rfind(" (")))
      == std::string::npos) // else its words name the process
    result += ", for " + first;
  if (x.processes.size() > 1)
    result += ", and " + std::to_string(x.processes.size() - 1) + " more";
  return result;
}

event_amendment incident_groups::amend(const group& x) {
  event_facts facts;
  facts.title = title_of(x);
  facts.is_urgent = x.heaviest.weight >= urgent_weight;
  facts.add("about", to_string(x.kind));
  facts.add("rule", x.heaviest.rule);
  facts.add("device", x.device);
  facts.add("process", joined(x.processes));
  if (x.pid)
    facts.add("pid", static_cast<double>(*x.pid));
  facts.add("count", static_cast<double>(x.count));
  facts.add("log", x.source);
  facts.add("line", x.line);
  if (x.last_line != x.line)
    facts.add("last_line", x.last_line);
  event_amendment result;
  result.id = x.id;
  result.facts = to_json(facts);
  result.over = event_amendment::end{x.ended.wall, x.ended.awake - x.began.awake};
  return result;
}

pause_event incident_groups::report(group& x) {
  x.id = mint_event_id(event_kind::incident, x.began.wall);
  const auto is_taken = [&](const group& y) { return &y != &x && y.id == x.id; };
  while (std::any_of(groups_.begin(), groups_.end(),
                     is_taken)) // several began at one reading of the clock
    x.id = mint_event_id(event_kind::incident, started_of(x.id) + 8ns);
  const auto known = amend(x);
  pause_event result;
  result.id = x.id;
  result.kind = event_kind::incident;
  result.before = x.began;
  result.after = x.ended;
  result.started = x.began.wall;
  result.ended = known.over->ended;
  result.duration = known.over->duration;
  result.facts = known.facts;
  return result;
}

remark incident_report::as_remark() const {
  return {topic_of_incident(std::get<pause_event>(news).id), title + " (" + line + ')', began,
          ended};
}

std::vector<incident_report> incident_groups::look(const clock_sample& now,
                                                   const kernel_log_policy& policy) {
  std::vector<incident_report> result;
  while (!reported_.empty() && now.awake - reported_.front() > 1h)
    reported_.pop_front();
  for (auto& x : groups_) {
    const bool is_enough = x.count >= x.heaviest.least;
    if (x.reported == 0 && !x.is_suppressed && is_enough
        && now.awake - x.began.awake >= policy.settle) {
      if (reported_.size() >= policy.most_per_hour) {
        x.is_suppressed = true;
        ++suppressed_;
        continue;
      }
      reported_.push_back(now.awake);
      result.push_back({report(x), true, title_of(x), x.line, x.began, x.ended});
      x.reported = x.count;
      x.reported_at = now;
    } else if (x.reported > 0 && x.count > x.reported
               && now.awake - x.reported_at.awake >= amended_every) {
      result.push_back({amend(x), false, title_of(x), x.line, x.began, x.ended});
      x.reported = x.count;
      x.reported_at = now;
    }
  }
  std::erase_if(groups_, [&](const group& x) {
    return x.count == x.reported || x.reported == 0
             ? now.awake - x.ended.awake > join_within(x.kind, policy)
             : false;
  });
  return result;
}

} // namespace pmactor
