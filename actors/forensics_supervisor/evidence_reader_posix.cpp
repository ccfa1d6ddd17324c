#include "actors/forensics_supervisor/evidence_reader_posix.hpp"

#include "actors/host/process_facts.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace pmactor {
namespace {

/// For what another thread reads. None of it waits; should one nevertheless, the others do not wait for it.
constexpr std::chrono::seconds patience{1};

} // namespace

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

/// @pre The mutex is held.
void evidence_reader::read_all(const job_order& order, const std::function<bool()>& is_over) {
  const auto event = order.subject->id();
  const bool waits = order.what == job_order::task::read;
  if (!waits && is_of(waiting_, event)) // its turn has come
    captured_ = std::exchange(waiting_, std::nullopt);
  if (is_of(captured_, event) || is_of(waiting_, event))
    return;
  event_readings found{event, {}};
  for (const auto& x : order.perishable) {
    auto reading = read_one(x, order, is_over);
    if (is_over()) // it may have broken off; what is missing is read anew by its own job
      break;
    found.by_artifact.emplace(x, std::move(reading));
  }
  if (!found.by_artifact.empty()) // a job that comes after its capture is over, and takes no place
    (waits ? waiting_ : captured_) = std::move(found);
}

void evidence_reader::read_ahead(const job_order& order, const std::function<bool()>& is_over) {
  if (order.perishable.empty())
    return;
  if (const std::unique_lock guard{mutex_, patience})
    read_all(order, is_over);
}

evidence_reading evidence_reader::take(const job_order& order,
                                       const std::function<bool()>& is_over) {
  const auto& wanted = order.perishable;
  const auto& name = order.artifact.name;
  if (std::find(wanted.begin(), wanted.end(), name) == wanted.end())
    return read_one(name, order, is_over);
  const std::unique_lock guard{mutex_, patience};
  if (!guard)
    return read_one(name, order, is_over);
  read_all(order, is_over);
  if (is_of(captured_, order.subject->id()))
    if (auto found = captured_->by_artifact.extract(name))
      return std::move(found.mapped());
  return read_one(name, order, is_over);
}

void evidence_reader::forget(event_id event) {
  if (const std::unique_lock guard{mutex_, patience})
    for (auto* x : {&captured_, &waiting_})
      if (is_of(*x, event))
        x->reset();
}

} // namespace pmactor
