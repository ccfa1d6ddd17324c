#include "actors/forensics_supervisor/evidence_reader_posix.hpp"

#include "actors/host/process_facts.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace pmactor {
namespace {

/// For what another thread reads of the same event. None of it waits; should one nevertheless, the
/// others do not wait for it.
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

evidence_reader::shared_readings evidence_reader::read_all(const job_order& order,
                                                           const std::function<bool()>& is_over) {
  const auto event = order.subject->id();
  const bool waits = order.what == job_order::task::read;
  const bool is_late = is_over();
  shared_readings mine;
  {
    const std::lock_guard guard{mutex_};
    if (!waits && is_of(waiting_, event)) // its turn has come, perhaps while it is being read
      captured_ = std::exchange(waiting_, nullptr);
    for (const auto& x : {captured_, waiting_})
      if (is_of(x, event))
        return x;
    if (is_late) // a job that comes after its capture is over, and takes no place
      return nullptr;
    mine = std::make_shared<event_readings>(event);
    (waits ? waiting_ : captured_) = mine;
  }
  struct reading {
    evidence_reader& reader;
    const shared_readings what; // its own: what is returned is moved from before it ends
    ~reading() {
      reader.end_reading(what);
    }
  } const while_here{*this, mine};
  for (const auto& x : order.perishable) {
    auto found = read_one(x, order, is_over);
    if (is_over()) // it may have broken off; what is missing is read anew by its own job
      break;
    const std::lock_guard guard{mutex_};
    mine->by_artifact.emplace(x, std::move(found));
    mine->read_any = true;
    news_.notify_all();
  }
  return mine;
}

/// A reading that came to nothing gives its place back: then the next job reads them all.
void evidence_reader::end_reading(const shared_readings& x) {
  const std::lock_guard guard{mutex_};
  x->is_being_read = false;
  if (!x->read_any)
    for (auto* place : {&captured_, &waiting_})
      if (*place == x)
        place->reset();
  news_.notify_all();
}

void evidence_reader::read_ahead(const job_order& order, const std::function<bool()>& is_over) {
  if (order.perishable.empty())
    return;
  const auto known = read_all(order, is_over);
  if (!known)
    return;
  std::unique_lock guard{mutex_};
  news_.wait_for(guard, patience, [&known] { return !known->is_being_read; });
}

evidence_reading evidence_reader::take(const job_order& order,
                                       const std::function<bool()>& is_over) {
  const auto& wanted = order.perishable;
  const auto& name = order.artifact.name;
  if (std::find(wanted.begin(), wanted.end(), name) == wanted.end())
    return read_one(name, order, is_over);
  if (const auto known = read_all(order, is_over)) {
    std::unique_lock guard{mutex_};
    news_.wait_for(guard, patience,
                   [&] { return !known->is_being_read || known->by_artifact.contains(name); });
    if (auto found = known->by_artifact.extract(name))
      return std::move(found.mapped());
  }
  return read_one(name, order, is_over);
}

void evidence_reader::forget(event_id event) {
  const std::lock_guard guard{mutex_};
  for (auto* x : {&captured_, &waiting_})
    if (is_of(*x, event))
      x->reset();
}

} // namespace pmactor
