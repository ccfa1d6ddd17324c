#include "actors/powermetrics_reader/powermetrics_reader.hpp"

#include "actors/powermetrics_reader/classify_complaint.hpp"
#include "actors/powermetrics_reader/compose_command.hpp"
#include "actors/supervision/log.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t words_kept = 3;
constexpr unsigned lines_logged_a_minute = 10;

/// How often the reader looks whether the child has gone silent.
std::chrono::nanoseconds look_period(const powermetrics_reader_policy& policy) {
  return std::clamp<std::chrono::nanoseconds>(policy.interval, 100ms, 1s);
}

/// @returns the state of a process as the document has it; absent if it does not list it.
std::optional<char> state_of(const power_sample& sample, std::int64_t pid) {
  for (const auto& task : sample.tasks)
    if (task.pid == pid)
      return task.state;
  return std::nullopt;
}

} // namespace

powermetrics_reader_impl::behavior_type powermetrics_reader_state::run(powermetrics_reader_policy policy,
                                                                        const lived_clock* lived,
                                                                        child_starter start) {
  policy_ = std::move(policy);
  start_ = std::move(start);
  lived_ = lived;
  if (!policy_.enabled) {
    self_->note("Switched off, so nothing is known of single processes.");
  } else if (policy_.command.empty()) {
    self_->note("No sampler is configured, so nothing is known of single processes.");
  } else {
    start_child();
    looks_.emplace(look_period(policy_)).start(self_);
  }
  return {
    [this](const link_to& as, const power_sink_actor& sink) { sinks_[as.role] = sink; },
    [this](const link_to& as, const witness_sink_actor& sink) {
      witnesses_[as.role] = sink;
      break_line();
    },
    handle_drill(self_),
    [this](const child_spoke& x) {
      if (x.generation == generation_)
        receive_news();
    },
    [this](const child_due& x) {
      if (x.generation == generation_)
        on_due(x);
    },
    [this](const tick&) {
      if (looks_->take(self_))
        check_silence();
    },
  };
}

std::chrono::nanoseconds powermetrics_reader_state::now() const {
  return lived_->at(self_->clock().now().time_since_epoch());
}

void powermetrics_reader_state::start_child() {
  ++generation_;
  ++starts_;
  last_sign_ = now();
  works_since_.reset();
  arrived_at_.reset();
  rhythm_ = {};
  sleep_ = {};
  bad_in_a_row_ = 0;
  ending_why_.clear();
  // The child's thread must not keep this actor alive.
  output_ = std::make_shared<child_output>(
    [weak = caf::weak_actor_ptr{self_->ctrl()}, generation = generation_] {
      if (const auto strong = weak.lock())
        caf::anon_send(caf::actor_cast<caf::actor>(strong), child_spoke{generation});
    });
  try {
    child_ = start_(policy_.command, output_);
  } catch (const std::system_error& e) {
    child_is_down(std::string{"could not be started ("} + e.what() + ")");
    return;
  }
  break_line();
  say_how_it_goes();
}

void powermetrics_reader_state::break_line() {
  for (const auto& [role, witness] : witnesses_)
    self_->send(witness, witness_reading{});
}

void powermetrics_reader_state::receive_news() {
  const auto news = output_->take();
  dropped_ += news.documents_dropped;
  if (auto* slot = self_->slot())
    slot->dropped.fetch_add(news.documents_dropped + news.lines_dropped, std::memory_order_relaxed);
  if (news.started && child_ != nullptr)
    log_line(log_level::info, name, "child-started",
             "The sampler child " + policy_.command[0] + " runs as process "
               + std::to_string(child_->pid()) + ".");
  for (const auto& line : news.lines)
    receive_line(line);
  if (news.documents_dropped > 0)
    break_line();
  for (const auto& document : news.documents)
    receive_document(document);
  if (news.stopped_by) {
    log_line(log_level::warning, name, "child-stopped",
             "The sampler child was stopped by signal " + std::to_string(*news.stopped_by)
               + "; if it stays silent it is replaced.");
    self_->degraded("The sampler child was stopped by signal " + std::to_string(*news.stopped_by) + ".");
  }
  if (news.continued) {
    log_line(log_level::info, name, "child-continued", "The sampler child was continued.");
    if (ending_why_.empty())
      self_->degraded(shortfall_);
  }
  if (news.end) {
    auto why = (news.end->not_started ? policy_.command[0] + ' ' : std::string{}) + to_string(*news.end);
    child_is_down(ending_why_.empty() ? why : ending_why_ + ", and " + why);
  } else if (news.closed) {
    end_child("closed its output");
  } else {
    say_how_it_goes();
  }
}

void powermetrics_reader_state::receive_document(const arrived_document& document) {
  if (!ending_why_.empty()) // it was given up; its successor speaks for itself
    return;
  last_sign_ = now(); // it is not silent, whatever it says
  auto decoded = document.text.empty()
                   ? decoded_document{std::nullopt, "it was cut off, or has no end"}
                   : decoder_.decode(document.text);
  if (!decoded.damage.empty()) {
    ++damaged_;
    ++bad_in_a_row_;
    break_line();
    if (bad_in_a_row_ == 1)
      log_line(log_level::warning, name, "document-damaged",
               "A document of the sampler child cannot be read: " + decoded.damage + ".");
    if (bad_in_a_row_ == policy_.bad_documents)
      end_child("sent " + std::to_string(bad_in_a_row_) + " documents in a row that cannot be read ("
                + decoded.damage + ")");
    return;
  }
  bad_in_a_row_ = 0;
  if (!decoded.sample) // a summary since boot
    return;
  ++documents_;
  if (arrived_at_) // those that waited while the daemon was paused arrive all at once
    rhythm_.add(std::max(last_sign_ - *arrived_at_, decoded.sample->elapsed));
  arrived_at_ = last_sign_;
  if (!works_since_) {
    works_since_ = last_sign_;
    self_->degraded(shortfall_);
  }
  auto& sample = *decoded.sample;
  sample.arrived = document.arrived;
  sample.asleep = sleep_.add(sample.arrived, sample.elapsed);
  for (const auto& [role, witness] : witnesses_)
    self_->send(witness,
                witness_reading{sample.arrived, sample.elapsed, state_of(sample, ::getpid())});
  // Only the newest is of use to them, so one that is lost is not sent again. All share one message, as a busy machine
  // has many processes. CAF checks values that are sent to a typed handle, and takes no message for one; each sink is a
  // power_sink_actor, which receives just this type.
  const auto message = caf::make_message(std::move(sample));
  for (const auto& [role, sink] : sinks_)
    caf::anon_send(caf::actor_cast<caf::actor>(sink), message);
}

void powermetrics_reader_state::receive_line(const std::string& line) {
  if (is_harmless(line) || (!words_.empty() && words_.back() == line))
    return;
  words_.push_back(line);
  if (words_.size() > words_kept)
    words_.pop_front();
  const auto time = now();
  if (time - logging_since_ >= 1min) {
    logging_since_ = time;
    lines_logged_ = 0;
  }
  if (lines_logged_++ < lines_logged_a_minute)
    log_line(log_level::info, name, "child-said", "The sampler child said: " + line);
}

void powermetrics_reader_state::check_silence() {
  if (child_ == nullptr || !ending_why_.empty())
    return;
  if (const auto silence = now() - last_sign_;
      silence > longest_silence(rhythm_, works_since_.has_value(), policy_))
    end_child("was silent for " + to_words(silence));
}

void powermetrics_reader_state::end_child(const std::string& why) {
  if (!ending_why_.empty())
    return;
  ending_why_ = why;
  log_line(log_level::warning, name, "child-useless",
           "The sampler child " + why + "; it is asked to end.");
  self_->degraded("The sampler child " + why + "; it is asked to end.");
  child_->terminate();
  arm(child_due::step::kill, policy_.kill_after);
}

void powermetrics_reader_state::arm(child_due::step what, std::chrono::nanoseconds delay) {
  self_->delayed_send(self_, delay, child_due{generation_, what, now() + delay});
}

void powermetrics_reader_state::on_due(const child_due& x) {
  if (const auto rest = x.at - now(); rest > 0ns) { // a pause lies behind it, in which no child could end
    self_->delayed_send(self_, rest, x);
    return;
  }
  switch (x.what) {
    case child_due::step::start:
      start_child();
      break;
    case child_due::step::kill:
      if (child_ != nullptr) {
        log_line(log_level::warning, name, "child-killed",
                 "The sampler child did not end when asked to; it is killed.");
        child_->kill();
        arm(child_due::step::leave, policy_.kill_after);
      }
      break;
    case child_due::step::leave:
      if (child_ != nullptr)
        child_is_down(ending_why_ + ", and does not even end when killed");
      break;
  }
}

void powermetrics_reader_state::child_is_down(const std::string& why) {
  child_.reset();
  failures_ = count_failure(failures_, works_since_ ? now() - *works_since_ : 0ns, policy_);
  const auto delay = child_restart_delay(failures_, policy_);
  auto sentence = "The sampler child " + why + ", so what only it measures (processes, temperature) is "
                  + "missing; next try in " + to_words(delay) + ".";
  const auto words = last_words();
  if (!words.empty())
    sentence += " It said: " + words;
  // The page has room for one sentence, so what can be done comes before what was said.
  auto status = sentence;
  for (const auto& word : words_)
    if (const auto advice = explain_refusal(word); !advice.empty()) {
      status = "The sampler child " + why + ". " + advice + " Next try in " + to_words(delay) + ".";
      break;
    }
  if (!policy_.fallback.empty())
    for (const auto& word : words_)
      if (is_refusal(word)) {
        shortfall_ = explain_refusal(word) + " Until then only this user's own processes are known.";
        policy_.command = std::exchange(policy_.fallback, {});
        sentence += " What needs no rights takes its place.";
        words_.clear();
        break;
      }
  for (const auto& word : words_) {
    if (auto command = without_unknown_sampler(policy_.command, word)) {
      policy_.command = std::move(*command);
      sentence += " It is asked for less the next time.";
      words_.clear();
      break;
    }
  }
  log_line(log_level::warning, name, "child-down", sentence);
  self_->degraded(status);
  say_how_it_goes();
  // Whatever else this child had to say comes too late.
  ++generation_;
  arm(child_due::step::start, delay);
}

void powermetrics_reader_state::say_how_it_goes() {
  std::string text = child_ == nullptr      ? "no child"
                     : child_->pid() == 0 ? "a child that starts"
                                          : "child " + std::to_string(child_->pid());
  text += ", " + std::to_string(documents_) + (documents_ == 1 ? " document" : " documents");
  if (damaged_ > 0)
    text += ", " + std::to_string(damaged_) + " damaged";
  if (dropped_ > 0)
    text += ", " + std::to_string(dropped_) + " dropped";
  if (starts_ > 1)
    text += ", started " + std::to_string(starts_) + " times";
  const auto words = last_words();
  if (!words.empty())
    text += "; last words: " + words;
  self_->note(text);
}

std::string powermetrics_reader_state::last_words() const {
  std::string result;
  for (const auto& word : words_)
    result += (result.empty() ? "" : " | ") + word;
  return result;
}

powermetrics_reader_impl::behavior_type
powermetrics_reader(powermetrics_reader_state::pointer self, actor_slot_ref slot, powermetrics_reader_policy policy,
                    const lived_clock* lived, child_starter start) {
  self->attach(slot);
  return self->state.run(std::move(policy), lived, std::move(start));
}

} // namespace pmactor
