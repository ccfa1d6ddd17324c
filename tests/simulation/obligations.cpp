#include "simulation/obligations.hpp"

#include <algorithm>

namespace pmactor::simulation {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds calm_for = 20s;      ///< What trouble held up has been made up for.
constexpr nanoseconds longest_settle = 15s; ///< A freeze that goes on and on is reported by then.
constexpr nanoseconds promptly = 5s;
constexpr nanoseconds longest_capture = 500s; ///< With one before it, and all jobs of both hanging.
constexpr std::size_t least_artifacts = 5; ///< Of any capture, on any platform.

} // namespace

void obligations::begin(const settings& conf) {
  const auto owed = owed_;
  *this = {};
  owed_ = owed;
  least_per_hour_ = conf.forensics.capture.per_hour;
  conf_ = conf;
  captures_unsure_ = true;
}

void obligations::reloaded(const settings& conf, nanoseconds now) {
  conf_ = conf;
  reloaded_ = now;
  least_per_hour_ = std::min(least_per_hour_, conf.forensics.capture.per_hour);
  forgive_notices();
  forgive_captures();
  captures_unsure_ = true; // what is under way is lost
}

void obligations::crashed(std::string_view child) {
  if (child != "forensics-supervisor")
    return;
  captures_unsure_ = true;
  unfinished_.clear();
}

void obligations::gone(std::string_view child) {
  notifies_ = notifies_ && child != "notifier";
  captures_ = captures_ && child != "forensics-supervisor";
  forgive_notices();
  forgive_captures();
}

void obligations::forgive_notices() {
  unreported_pauses_ = 0;
  critical_due_.reset();
  all_clear_due_.reset();
}

void obligations::forgive_captures() {
  captures_due_.clear();
  // Those under way are not forgotten: others may give way to them later on.
  gave_way_.reset();
}

nanoseconds obligations::allowed_from(const std::optional<nanoseconds>& last) const {
  const auto& when = conf_.notifications.when;
  nanoseconds from{};
  if (last)
    from = *last + when.cooldown;
  if (sent_.size() >= when.most_per_hour)
    from = std::max<nanoseconds>(from, sent_[sent_.size() - when.most_per_hour] + 1h);
  return from;
}

bool obligations::owes_notice(nanoseconds now) const {
  return notifies_ && conf_.notifications.when.enabled && reloaded_ != now;
}

void obligations::froze(nanoseconds now) {
  if (!owes_notice(now))
    return;
  ++owed_;
  ++unreported_pauses_;
  last_freeze_ = now;
}

void obligations::alerted(nanoseconds now) {
  critical_reported_ = false;
  // One that may not be sent is held back. A message that is sent in the same moment may be the last one.
  const bool may_be_sent = allowed_from(last_critical_) <= now
                           && sent_.size() + 1 < conf_.notifications.when.most_per_hour;
  if (!owes_notice(now) || !may_be_sent)
    return;
  ++owed_;
  critical_due_ = now + promptly;
}

void obligations::relieved(nanoseconds now) {
  const bool is_owed = std::exchange(critical_reported_, false);
  if (!is_owed || !owes_notice(now))
    return;
  ++owed_;
  all_clear_due_ = now + promptly;
}

void obligations::notified_of_pauses(std::uint64_t count, nanoseconds now) {
  unreported_pauses_ -= std::min(unreported_pauses_, count);
  last_pauses_ = now;
}

void obligations::notified_of_critical(nanoseconds now) {
  last_critical_ = now;
  critical_reported_ = true;
  critical_due_.reset();
}

void obligations::notified_of_all_clear() {
  critical_reported_ = false;
  all_clear_due_.reset();
}

void obligations::notified_of_any(nanoseconds now) {
  sent_.push_back(now);
  while (sent_.front() + 1h <= now)
    sent_.pop_front();
}

bool obligations::is_reported(const event_id& event) const {
  return std::find(reported_.begin(), reported_.end(), event) != reported_.end();
}

void obligations::calls_for_capture(const pause_event& event, nanoseconds now) {
  if (!captures_ || captures_unsure_ || !conf_.forensics.capture.enabled || is_reported(event.id))
    return;
  ++owed_;
  captures_due_.emplace_back(event.id, now + longest_capture);
}

void obligations::capture_began(const event_id& event, nanoseconds now) {
  unfinished_.emplace_back(event, now);
  gave_way_.reset(); // to this one: an event that has no capture begins none
  began_.push_back(now);
  while (began_.front() + 1h <= now)
    began_.pop_front();
  if (kind_of(event) == event_kind::critical)
    stress_began_.push_back(now);
  while (!stress_began_.empty() && stress_began_.front() + 2h <= now) // what was skipped may be stored late
    stress_began_.pop_front();
  artifacts_.clear();
}

void obligations::artifact_ordered(const std::string& name) {
  artifacts_.insert(name);
}

void obligations::capture_published(const capture_report& report) {
  ++owed_;
  hold(artifacts_.size() >= least_artifacts, "evidence-missed",
       "a capture of no more than " + std::to_string(artifacts_.size()) + " artifacts");
  for (const auto& name : artifacts_)
    hold(std::any_of(report.artifacts.begin(), report.artifacts.end(),
                     [&name](const artifact_result& x) { return x.name == name; }),
         "evidence-missed", name + " was captured and is not in the report");
}

void obligations::reported(const capture_report& report) {
  const auto is_its_own = [&report](const auto& x) { return x.first == report.event; };
  std::erase_if(captures_due_, is_its_own);
  std::erase_if(unfinished_, is_its_own);
  if (is_reported(report.event))
    return; // sent again
  reported_.push_back(report.event);
  if (reported_.size() > 256)
    reported_.pop_front();
  if (report.status == capture_status::skipped)
    check_reason(report.event, report.why);
}

void obligations::check_reason(const event_id& event, const std::string& why) {
  const auto gives = [&why](std::string_view words) { return why.find(words) != std::string::npos; };
  // One that waits for its turn is in the budget as well.
  if (gives("share"))
    hold(kind_of(event) == event_kind::critical && stress_began_.size() >= least_per_hour_ / 2, "capture-denied",
         std::to_string(stress_began_.size()) + " captures of stress within an hour are said to be too many");
  else if (gives("budget"))
    hold(began_.size() + 1 >= least_per_hour_, "capture-denied",
         std::to_string(began_.size()) + " captures within an hour are said to be too many");
  else if (gives("episode"))
    hold(!began_.empty(), "capture-denied", "there was no capture yet, but it is said: " + why);
  else if (gives("under way") && captures_ && !captures_unsure_ && unfinished_.empty())
    gave_way_ = event; // the decision may be committed before the other one's first job has run
}

void obligations::check(nanoseconds now, bool calm) {
  if (!calm) {
    postponed_until_ = now + calm_for;
    return;
  }
  if (captures_unsure_) {
    captures_unsure_ = false;
    forgive_captures();
  }
  if (now < postponed_until_)
    return;
  const auto pauses_due = std::max(last_freeze_ + longest_settle, allowed_from(last_pauses_)) + promptly;
  hold(unreported_pauses_ == 0 || now < pauses_due, "notice-missed",
       std::to_string(unreported_pauses_) + " freezes, the last " + at(now - last_freeze_) + " ago, and no message");
  hold(!critical_due_ || now < *critical_due_, "notice-missed", "an alert in the log, and no message");
  hold(!all_clear_due_ || now < *all_clear_due_, "all-clear-missed", "an all-clear in the log, and no message");
  hold(!gave_way_, "capture-denied",
       "an event of " + at(started_of(gave_way_.value_or(event_id{})))
         + " gave way to another capture, and none was under way");
  // One that is never reported was lost with an actor that failed.
  std::erase_if(unfinished_, [now](const auto& x) { return x.second + longest_capture <= now; });
  for (const auto& [event, due] : captures_due_)
    hold(now < due, "capture-missed",
         "an event of " + at(started_of(event)) + " was neither captured nor skipped with a reason");
}

} // namespace pmactor::simulation
