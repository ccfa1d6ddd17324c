#include "actors/forensics_supervisor/evidence_reader_posix.hpp"

#include "actors/host/process_facts.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace pmactor {

evidence_reading evidence_reader::read_one(const std::string& name, const job_order& order,
                                           const std::function<bool()>& is_over) const {
  evidence_reading result;
  result.at = read_clocks();
  try {
    result.found = collect_evidence(name, *order.subject, questions_, is_over);
  } catch (const std::exception& e) {
    result.problem = e.what();
  }
  return result;
}

/// @pre The mutex is held. @returns what is known of the order's event.
std::map<std::string, evidence_reading>&
evidence_reader::read_all(const job_order& order, const std::function<bool()>& is_over) {
  const auto event = order.subject->id();
  const auto known = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const event_readings& x) { return x.event == event; });
  if (known != kept_.end())
    return known->by_artifact;
  if (kept_.size() >= most_events)
    kept_.pop_front();
  auto& readings = kept_.emplace_back(event_readings{event, {}}).by_artifact;
  for (const auto& x : order.perishable) {
    auto reading = read_one(x, order, is_over);
    if (is_over()) // it may have broken off; what is missing is read anew by its own job
      break;
    readings.emplace(x, std::move(reading));
  }
  return readings;
}

void evidence_reader::read_ahead(const job_order& order, const std::function<bool()>& is_over) {
  if (order.perishable.empty())
    return;
  if (const std::unique_lock guard{mutex_, std::try_to_lock})
    read_all(order, is_over);
}

evidence_reading evidence_reader::take(const job_order& order,
                                       const std::function<bool()>& is_over) {
  const auto& wanted = order.perishable;
  const auto& name = order.artifact.name;
  if (std::find(wanted.begin(), wanted.end(), name) == wanted.end())
    return read_one(name, order, is_over);
  // None of them waits; should one nevertheless, the others do not wait for it.
  const std::unique_lock guard{mutex_, std::chrono::seconds{1}};
  if (!guard)
    return read_one(name, order, is_over);
  auto found = read_all(order, is_over).extract(name);
  return found.empty() ? read_one(name, order, is_over) : std::move(found.mapped());
}

void evidence_reader::forget(event_id event) {
  if (const std::unique_lock guard{mutex_, std::try_to_lock})
    for (auto& x : kept_)
      if (x.event == event)
        x.by_artifact.clear();
}

} // namespace pmactor
