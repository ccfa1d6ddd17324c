#include "simulation/oracle.hpp"

#include "messages/words.hpp"

#include <algorithm>
#include <utility>

namespace pmactor::simulation {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds shortest_alert = 28s; ///< The stress lasts for half a minute first, give or take a sample.

const std::string& fact(const notice_message& x, std::string_view name) {
  static const std::string none = "0";
  const auto i = std::find_if(x.facts.begin(), x.facts.end(), [name](const auto& y) { return y.name == name; });
  return i == x.facts.end() ? none : i->value;
}

} // namespace

void oracle::logged(const clock_sample& now, std::string_view component, std::string_view event,
                   std::string_view sentence, bool sampler_is_sound) {
  const auto words = std::string{component} + ": " + std::string{sentence};
  if (event == "memory-dropped")
    memory_dropped_ = true;
  else if (event == "child-given-up")
    owed_.gone(sentence.substr(0, sentence.find(' ')));
  else if (event == "handler-hangs" || event == "hung-child-replaced") {
    const auto hung = std::find_if(hangs_.begin(), hangs_.end(),
                                   [&](const known_hang& x) { return sentence.starts_with(x.child); });
    hold(hung != hangs_.end() && lived(now.awake) >= hung->blamed_from, "blamed-for-a-pause", words);
    hold(!std::exchange(hung->reported, true), "hang-reported-twice", words);
  } else if (event == "child-abandoned") {
    hold(troubled(now.awake), "blamed-for-a-pause", words);
    for (auto& x : hangs_)
      if (sentence.starts_with(x.child))
        x.due = nanoseconds::max(); // so it is said
  } else if ((event == "child-useless" || event == "child-down") && sampler_is_sound && !troubled(now.awake))
    throw violation{"blamed-for-a-pause", words};
  else if (event == "message-set-aside" || event == "row-refused")
    hold(troubled(now.awake), "message-set-aside", words);
  else if (event == "critical-stress") {
    critical_since_ = lived(now.awake);
    is_critical_dated_ = false;
    episode_owes_notice_ = true;
    alerts_ = all_clears_ = 0;
  } else if (event == "alert") {
    hold(++alerts_ == 1, "alert-twice", words);
    owed_.alerted(lived(now.awake));
    early_alert_ = early_alert{lived(now.awake), words};
    if (is_critical_dated_ || early_alert_->at - critical_since_ >= shortest_alert)
      judge_early_alert();
  } else if (event == "all-clear") {
    hold(alerts_ == 1 && ++all_clears_ == 1, "all-clear-without-alert", words);
    owed_.relieved(lived(now.awake));
  }
}

void oracle::judge_early_alert() {
  if (early_alert_)
    hold(early_alert_->at - critical_since_ >= shortest_alert, "alert-too-early", early_alert_->words);
  early_alert_.reset();
}

void oracle::notified(const clock_sample& now, const notice_message& x) {
  ++checks_;
  ++notice_count_;
  if (x.kind == notice_kind::all_clear) {
    hold(std::exchange(owes_all_clear_, false), "notice-twice", "an all-clear of nothing: " + x.line);
    owed_.notified_of_all_clear();
    return;
  }
  if (x.kind == notice_kind::recovered || x.kind == notice_kind::stall_over)
    return; // good news is not limited
  auto& last = last_notice_[static_cast<std::size_t>(x.kind)];
  const auto time = lived(now.awake);
  // A sleep on a clock that counts it may be taken for a beat more.
  hold(last < 0ns || time - last >= 59s, "notice-flood",
       spelled(time - last) + " after one of its kind: " + x.line);
  last = time;
  owed_.notified_of_any(time);
  notices_.push_back(time);
  while (notices_.front() < time - 1h + 1s)
    notices_.pop_front();
  hold(notices_.size() <= 12, "notice-flood", std::to_string(notices_.size()) + " messages within an hour");
  if (x.kind == notice_kind::critical) {
    hold(std::exchange(episode_owes_notice_, false), "notice-twice", x.line);
    owes_all_clear_ = true;
    owed_.notified_of_critical(time);
  } else if (x.kind == notice_kind::pause) {
    const auto count = static_cast<std::uint64_t>(std::stoull(fact(x, "count")));
    owed_.notified_of_pauses(count, time);
    freezes_reported_ += count;
    hold(freezes_reported_from_.insert(fact(x, "started")).second, "notice-twice", x.line);
    hold(freezes_reported_ <= freezes_, "notice-invented", x.line);
  } else if (x.kind == notice_kind::stall) {
    hold(stalls_.overlaps(now.awake - 1min, now.awake), "notice-invented", x.line);
  }
}

void oracle::ordered(const clock_sample& now, const job_order& x) {
  if (x.what == job_order::task::measure)
    owed_.capture_began(x.subject->id(), lived(now.awake));
  else if (x.what == job_order::task::capture)
    owed_.artifact_ordered(x.artifact.name);
  if (x.what != job_order::task::publish || x.subject == nullptr)
    return;
  owed_.capture_published(x.report);
  ++checks_;
  ++capture_count_;
  const auto& event = x.subject->event.event;
  if (event.kind == event_kind::pause || event.kind == event_kind::sleep)
    if (const auto* truth = find_gap(event))
      hold(truth->frozen + truth->slack >= long_pause - length_off, "capture-of-a-sleep",
           to_string(event) + ", in truth frozen for " + spelled(truth->frozen));
  hold(std::find(captured_.begin(), captured_.end(), event.started) == captured_.end(), "capture-twice",
       to_string(event));
  captured_.push_back(event.started);
  captures_.push_back(lived(now.awake));
  while (captures_.front() < captures_.back() - 59min) // they begin before they are published
    captures_.pop_front();
  hold(captures_.size() <= 6, "capture-flood", std::to_string(captures_.size()) + " captures within an hour");
}

void oracle::committed(const capture_report& row) {
  ++checks_;
  owed_.reported(row);
}

} // namespace pmactor::simulation
