#include "actors/forensics_supervisor/forensics_supervisor.hpp"

#include "actors/supervision/log.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using task = job_order::task;

constexpr auto probe_period = 5min;
constexpr std::size_t kept_snapshots = 3; ///< One may come late, out of a pause, the next one soon.

} // namespace

void forensics_memory::start_afresh() {
  book.running = book.waiting = false;
  waiting.reset();
  covered = {};
  snapshots.clear();
  give_up_all(pending);
}

forensics_supervisor_state::~forensics_supervisor_state() {
  for (auto& [number, job] : jobs)
    caf::anon_send_exit(job.handle, caf::exit_reason::user_shutdown);
}

std::chrono::nanoseconds forensics_supervisor_state::now() const {
  return lived->at(self->clock().now().time_since_epoch());
}

// ---- one capture

void forensics_supervisor_state::receive(const event_record& event) {
  using act = capture_choice::act;
  const auto choice = decide_capture(memory->book, event.event, now(), policy.capture);
  if (choice.what == act::begin)
    begin(event);
  else if (choice.what == act::wait)
    wait(event);
  else if (choice.what == act::skip)
    skip(event, choice.why);
  else if (event.event.part_of)
    memory->covered.keep(event);
}

void forensics_supervisor_state::receive(const event_amendment& x) {
  if (current && current->subject->id() == x.id)
    amend(current->latest, x);
  if (memory->waiting && memory->waiting->event.id == x.id)
    amend(*memory->waiting, x);
  if (memory->waiting && memory->waiting->event.part_of) {
    cancel_waiting(memory->book, memory->waiting->event.id);
    start_job(task::forget, capture_of(*memory->waiting));
    memory->covered.keep(*std::exchange(memory->waiting, std::nullopt));
  }
  if (const auto released = memory->covered.release(x))
    receive(*released);
}

/// What perishes is read at once: it lasts no longer for another capture being under way.
void forensics_supervisor_state::wait(const event_record& event) {
  memory->waiting = event;
  start_job(task::read, capture_of(event));
}

running_capture forensics_supervisor_state::capture_of(const event_record& event) const {
  auto subject = std::make_shared<capture_subject>();
  subject->event = event;
  if (const auto* before = snapshot_before(memory->snapshots, event.event.before))
    subject->before = *before;
  running_capture result;
  result.latest = event;
  result.subject = std::move(subject);
  plan_capture(result);
  return result;
}

void forensics_supervisor_state::start_job(task what, const running_capture& of) {
  job_order order;
  order.what = what;
  order.subject = of.subject;
  order.perishable = of.perishable;
  order.limits = policy.capture;
  start_job(std::move(order), 0);
}

void forensics_supervisor_state::begin(const event_record& event) {
  current = capture_of(event);
  current->number = next_number++;
  current->began = now();
  start_job(task::measure, *current);
}

void forensics_supervisor_state::plan_capture(running_capture& c) const {
  c.plan = plan_artifacts(host.platform, c.subject->event.event, policy.artifacts);
  c.results = results_without_job(c.plan, missing, policy.artifacts);
  for (std::size_t i = 0; i < c.plan.size(); ++i)
    if (c.plan[i].command.empty() && !c.plan[i].may_wait && !c.results[i])
      c.perishable.push_back(c.plan[i].name);
}

void forensics_supervisor_state::measured(const job_outcome& outcome) {
  if (!current)
    return;
  current->cpu += outcome.cpu;
  // What cannot be measured is no reason: the evidence may be all there will ever be.
  const auto verdict = judge_room(current->subject->event.event, outcome.room, policy.capture);
  if (!verdict.why_no_tools.empty())
    skip_tools(verdict.why_no_tools);
  if (!verdict.why_none.empty())
    abandon(verdict.why_none);
  else if (is_full)
    abandon("The folders that are to be kept for ever fill the quota of "
            + bytes_in_words(policy.quota) + ", so there is no room for another one.");
  else
    begin_artifacts();
}

void forensics_supervisor_state::skip_tools(const std::string& why) {
  auto& c = *current;
  for (std::size_t i = 0; i < c.plan.size(); ++i)
    if (!c.plan[i].command.empty() && !c.results[i])
      c.results[i] = skipped_artifact(c.plan[i].name, why);
}

void forensics_supervisor_state::begin_artifacts() {
  auto& c = *current;
  const auto under_way = [this] {
    return std::count_if(jobs.begin(), jobs.end(),
                         [](const auto& x) { return x.second.what == task::capture; });
  };
  for (; c.next < c.plan.size()
         && under_way() < static_cast<std::ptrdiff_t>(policy.artifacts.at_once);
       ++c.next) {
    if (c.results[c.next])
      continue;
    c.order.push_back(c.next);
    job_order order;
    order.what = task::capture;
    order.subject = c.subject;
    order.artifact = c.plan[c.next];
    order.perishable = c.perishable;
    start_job(std::move(order), c.next);
  }
  publish_when_ready();
}

void forensics_supervisor_state::finish_artifact(std::size_t which, job_outcome outcome) {
  if (!current || which >= current->results.size())
    return;
  auto& c = *current;
  c.cpu += outcome.cpu;
  if (outcome.artifact.status == artifact_status::ok)
    c.found.insert(c.found.end(), outcome.found.begin(), outcome.found.end());
  outcome.artifact.name = c.plan[which].name;
  c.results[which] = std::move(outcome.artifact);
  begin_artifacts();
}

void forensics_supervisor_state::publish_when_ready() {
  auto& c = *current;
  if (c.publishing != 0
      || !std::all_of(c.results.begin(), c.results.end(),
                      [](const auto& x) { return x.has_value(); }))
    return;
  job_order order;
  order.what = task::publish;
  order.subject = c.subject;
  auto& report = order.report;
  report.event = c.subject->id();
  report.artifacts = in_order(c.results, c.order);
  report.findings = summarize_capture(c.latest, c.found, report.artifacts);
  report.bill.cpu = c.cpu;
  report.bill.took = now() - c.began;
  for (const auto& x : report.artifacts)
    report.bill.bytes += x.bytes;
  order.metadata = metadata_json(c.latest, host.facts);
  c.publishing = start_job(std::move(order), 0);
}

void forensics_supervisor_state::published(job_outcome outcome) {
  if (!current)
    return;
  if (!outcome.problem.empty()) {
    self->degraded("The evidence of an event could not be kept: " + outcome.problem);
    skip(current->latest, "The evidence could not be kept: " + outcome.problem);
    end();
    return;
  }
  self->degraded("");
  const auto& report = outcome.published;
  sinks.push(self, report);
  last_capture = describe_capture(report);
  log_line(log_level::info, name, "evidence-captured", "The evidence is in " + last_capture + '.');
  make_room(report.folder);
  end();
}

void forensics_supervisor_state::abandon(const std::string& why) {
  skip(current->latest, why);
  start_job(task::forget, *std::exchange(current, std::nullopt));
  go_on(abandon_capture(memory->book));
}

void forensics_supervisor_state::end() {
  current.reset();
  go_on(end_capture(memory->book, now()));
}

void forensics_supervisor_state::go_on(bool next) {
  if (next && memory->waiting)
    begin(*std::exchange(memory->waiting, std::nullopt));
  say_means();
}

void forensics_supervisor_state::skip(const event_record& event, const std::string& why) {
  capture_report report;
  report.event = event.event.id;
  report.status = capture_status::skipped;
  report.why = why;
  log_line(log_level::info, name, "capture-skipped", "An event is not captured. " + why);
  sinks.push(self, report);
}

// ---- what an earlier one left behind

void forensics_supervisor_state::recovered(job_outcome outcome) {
  leftovers = std::move(outcome.leftovers);
  std::erase_if(leftovers, [this](const capture_report& x) {
    return current && current->subject->id() == x.event;
  });
  finish_next_leftover();
}

void forensics_supervisor_state::finish_next_leftover() {
  if (leftovers.empty()) {
    make_room({});
    return;
  }
  job_order order;
  order.what = task::publish;
  order.report = leftovers.front();
  start_job(std::move(order), 0);
}

void forensics_supervisor_state::leftover_published(const job_outcome& outcome) {
  if (outcome.problem.empty()) {
    log_line(log_level::warning, name, "evidence-incomplete",
             "What was captured before the end of an earlier run is in " + outcome.published.folder
               + '.');
    sinks.push(self, outcome.published);
  } else {
    log_line(log_level::warning, name, "evidence-left",
             "The evidence of an earlier run cannot be finished: " + outcome.problem);
  }
  if (!leftovers.empty())
    leftovers.erase(leftovers.begin());
  finish_next_leftover();
}

// ---- means, room, counters

void forensics_supervisor_state::probe() {
  job_order order;
  order.what = task::probe;
  start_job(std::move(order), 0);
  self->delayed_send(self, probe_period, probe_due{});
}

void forensics_supervisor_state::probed(const job_outcome& outcome) {
  if (!outcome.problem.empty())
    return;
  auto lacks = outcome.missing;
  std::erase_if(
    lacks, [this](const missing_artifact& x) { return is_switched_off(x.name, policy.artifacts); });
  if (lacks != missing && !lacks.empty())
    log_line(log_level::warning, name, "evidence-limited",
             "Of an event, "
               + describe_means(plan_artifacts(host.platform, {}, policy.artifacts).size(), lacks)
               + '.');
  missing = std::move(lacks);
  say_means();
}

void forensics_supervisor_state::make_room(const std::string& keep) {
  const auto order_with = [this, keep](pinned_folders pinned) {
    job_order order;
    order.what = task::make_room;
    order.quota = policy.quota;
    order.keep = keep;
    order.pinned = std::move(pinned);
    start_job(std::move(order), 0);
  };
  if (!index) {
    order_with({});
    return;
  }
  self->request(index, std::chrono::seconds{2}, ask_pinned{})
    .then([order_with](const pinned_folders& answer) { order_with(answer); },
          [order_with](const caf::error&) { order_with({}); });
}

void forensics_supervisor_state::room_made(const job_outcome& outcome) {
  if (!outcome.problem.empty())
    return;
  if (outcome.removed > 0)
    log_line(log_level::info, name, "evidence-removed",
             "Removed the " + std::to_string(outcome.removed) + " oldest event folder"
               + (outcome.removed == 1 ? "" : "s") + ", as all together may take "
               + bytes_in_words(policy.quota) + '.');
  kept_bytes = outcome.kept_bytes;
  is_full = !outcome.within_quota;
  say_means();
}

void forensics_supervisor_state::take_snapshot() {
  auto& kept = memory->snapshots;
  kept.push_back(host.snapshot());
  if (kept.size() > kept_snapshots)
    kept.erase(kept.begin());
}

void forensics_supervisor_state::say_means() {
  if (!policy.capture.enabled) {
    self->note("captures nothing: it is switched off in the settings, or the daemon is learning");
    return;
  }
  auto text = describe_means(plan_artifacts(host.platform, {}, policy.artifacts).size(), missing)
              + "; " + bytes_in_words(kept_bytes) + " kept";
  if (!last_capture.empty())
    text += "; the last capture is " + last_capture;
  self->note(text);
}

// ---- jobs

std::uint64_t forensics_supervisor_state::start_job(job_order order, std::size_t artifact) {
  const auto number = next_number++;
  const auto what = order.what;
  const auto limit = limit_of(order);
  auto handle = self->spawn<caf::monitored>(evidence_job_function, number, std::move(order),
                                            caf::actor_cast<evidence_job_parent_actor>(self), limit, lived, host.start);
  const auto address = handle->address();
  jobs.emplace(number, running_evidence_job{number, what, artifact, std::move(handle), address});
  return number;
}

void forensics_supervisor_state::job_ended(const job_finished& end) {
  const auto found = jobs.find(end.number);
  if (found == jobs.end())
    return;
  const auto job = found->second;
  jobs.erase(found);
  settle(job, end.outcome);
}

void forensics_supervisor_state::job_died(const caf::down_msg& down) {
  const auto found = std::find_if(
    jobs.begin(), jobs.end(), [&down](const auto& x) { return x.second.address == down.source; });
  if (found == jobs.end())
    return; // it had reported its end
  const auto job = found->second;
  jobs.erase(found);
  job_outcome outcome;
  outcome.problem = "The job failed: " + describe(down.reason) + '.';
  outcome.artifact.status = artifact_status::failed;
  outcome.artifact.says = last_words(outcome.problem);
  settle(job, std::move(outcome));
}

void forensics_supervisor_state::settle(const running_evidence_job& job, job_outcome outcome) {
  switch (job.what) {
    case task::probe:
      probed(outcome);
      break;
    case task::recover:
      recovered(std::move(outcome));
      break;
    case task::measure:
      measured(outcome);
      break;
    case task::capture:
      finish_artifact(job.artifact, std::move(outcome));
      break;
    case task::publish:
      if (current && current->publishing == job.number)
        published(std::move(outcome));
      else
        leftover_published(outcome);
      break;
    case task::read:
    case task::forget:
      break;
    case task::make_room:
      room_made(outcome);
      break;
  }
}

forensics_supervisor_impl::behavior_type
forensics_supervisor(forensics_supervisor_state::pointer self, const actor_slot_ref& slot,
                     const forensics_supervisor_policy& policy, const forensics_host& host,
                     const lived_clock* lived, const std::shared_ptr<forensics_memory>& memory) {
  self->attach(slot);
  auto& state = self->state;
  state.policy = policy;
  state.host = host;
  state.lived = lived;
  state.memory = memory;
  state.sinks.open(memory->pending);
  self->set_down_handler([self](caf::down_msg& x) { self->state.job_died(x); });
  memory->book.running = memory->book.of_stress = memory->book.waiting = false;
  state.say_means();
  if (policy.capture.enabled) {
    if (host.snapshot) {
      state.take_snapshot();
      state.snapshot_timer.start(self);
    }
    self->send(self, probe_due{});
    job_order order;
    order.what = task::recover;
    state.start_job(std::move(order), 0);
    if (memory->waiting) {
      memory->book.running = true;
      state.begin(*std::exchange(memory->waiting, std::nullopt));
    }
  }
  return {
    [self](const event_record& x) { self->state.receive(x); },
    [self](const event_amendment& x) { self->state.receive(x); },
    handle_link(self, self->state.sinks),
    [self](const link_to&, const event_index_actor& x) { self->state.index = x; },
    handle_drill(self),
    [self](const job_finished& x) { self->state.job_ended(x); },
    [self](const probe_due&) { self->state.probe(); },
    [self](const snapshot_due&) {
      if (self->state.snapshot_timer.take(self))
        self->state.take_snapshot();
    },
  };
}

} // namespace pmactor
