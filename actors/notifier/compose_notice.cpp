#include "actors/notifier/compose_notice.hpp"

#include "actors/notifier/clean_text.hpp"
#include "messages/answer_words.hpp"
#include "messages/event_facts.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t longest_name = 60; ///< Of a process; Linux has 15, macOS more.
constexpr std::size_t longest_words = 240;

std::string number_text(double x, int decimals) {
  return printed("%.*f", decimals, x);
}

std::string seconds_text(nanoseconds x) {
  return number_text(to_seconds(x), 3);
}

/// @returns the strongest reason, short: "298 MB/s" of "wrote 298 MB/s, in D state".
std::string short_reason(const culprit& x) {
  auto reason = clean_text(std::string_view{x.reason}.substr(0, x.reason.find(", ")), longest_name);
  for (const std::string_view verb : {"wrote ", "read ", "used ", "held "})
    if (reason.compare(0, verb.size(), verb) == 0)
      return reason.substr(verb.size());
  return reason;
}

/// @returns "rsync, 298 MB/s".
std::string suspect_words(const culprit& x) {
  auto name = clean_text(x.name, longest_name);
  if (name.empty())
    name = "process " + std::to_string(x.pid);
  const auto reason = short_reason(x);
  return reason.empty() ? name : name + ", " + reason;
}

/// @returns "64 (load 40, memory 24)": the parts that made it so.
std::string stress_words(const stress_score& x) {
  std::string parts;
  const auto add = [&](const char* name, const std::optional<double>& points) {
    if (points && *points > 0)
      parts += (parts.empty() ? " (" : ", ") + std::string{name} + ' ' + number_text(*points, 0);
  };
  add("load", x.load);
  add("memory", x.memory);
  add("thermal", x.thermal);
  add("late timers", x.latency);
  add("disk", x.io);
  return number_text(x.total(), 0) + parts + (parts.empty() ? "" : ")");
}

std::string held_back_words(const std::array<std::uint32_t, notice_kinds>& held_back) {
  constexpr std::array<const char*, notice_kinds> about{
    "freezes",  "critical stress", "relief", "stress", "captured evidence", "pmactor's own troubles",
    "recovery", "stalls",          "their end", "outages", "incidents"};
  std::string list;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < notice_kinds; ++i)
    if (held_back[i] > 0) {
      list += (list.empty() ? "" : ", ") + std::to_string(held_back[i]) + " of " + about[i];
      sum += held_back[i];
    }
  if (sum == 0)
    return {};
  return (sum == 1 ? "1 message was" : std::to_string(sum) + " messages were") + " held back before it: "
         + list + '.';
}

/// @returns "like 12 others, the last 2026-01-20 03:12"; empty if there is none.
std::string alike_words(const alike_events& x) {
  if (x.count == 0)
    return {};
  const auto seconds = static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(x.last).count());
  std::tm local{};
  std::array<char, 32> when{};
  ::localtime_r(&seconds, &local);
  std::strftime(when.data(), when.size(), "%Y-%m-%d %H:%M", &local);
  return "like " + std::to_string(x.count) + (x.count == 1 ? " other" : " others") + ", the last " + when.data();
}

/// Puts a message together.
class writer {
public:
  explicit writer(const notice& x) {
    message_.kind = x.kind;
    message_.number = x.number;
    message_.is_test = x.is_test;
    text("kind", to_string(x.kind));
  }

  void title(std::string words) {
    message_.title = clean_text(words, longest_words);
  }
  /// A sentence of the body, without its full stop.
  void say(const std::string& words) {
    if (!words.empty())
      message_.body += (message_.body.empty() ? "" : " ") + capitalised(words) + '.';
  }
  void say_as_it_is(const std::string& sentence) {
    if (!sentence.empty())
      message_.body += (message_.body.empty() ? "" : " ") + sentence;
  }
  void urgent() {
    message_.is_urgent = true;
  }
  void text(const char* name, const std::string& value) {
    message_.facts.push_back({name, clean_text(value, longest_words), false});
  }
  void number(const char* name, const std::string& value) {
    message_.facts.push_back({name, value, true});
  }
  void event(event_id x) {
    if (x.value != 0)
      text("event_id", std::to_string(x.value));
  }
  /// @param accused whether what they did can have led to it: else the first was busy, and no more.
  void suspects(const std::vector<culprit>& culprits, bool accused = true) {
    if (culprits.empty())
      return;
    const auto& first = culprits.front();
    if (!accused) {
      say("busy then: " + suspect_words(first));
      text("busy", first.name);
      number("busy_pid", std::to_string(first.pid));
      return;
    }
    suspect_ = "suspect: " + suspect_words(first);
    say(suspect_);
    text("suspect", first.name);
    number("suspect_pid", std::to_string(first.pid));
    text("suspect_reason", first.reason);
  }
  notice_message end(const notice& x) {
    auto& m = message_;
    std::uint32_t sum = 0;
    for (const auto n : x.held_back)
      sum += n;
    number("held_back", std::to_string(sum));
    say_as_it_is(held_back_words(x.held_back));
    if (x.is_test) {
      m.title = "Test: " + m.title;
      say_as_it_is("This is a test of pmactor's messages; nothing happened.");
    }
    m.line = m.title + (suspect_.empty() ? "" : "; " + suspect_);
    text("title", m.title);
    // Not by text(): the body may be longer than a fact, and is clean already.
    m.facts.push_back({"body", m.body, false});
    text("message", m.line);
    if (x.is_test)
      text("test", "yes");
    return std::move(m);
  }

private:
  notice_message message_;
  std::string suspect_;
};

/// Says where the evidence is, and what is in it.
/// @param with_finding also its finding, which may name other programs.
void word_evidence(writer& out, const notice& x, bool with_finding) {
  if (x.folder.empty())
    return;
  // It may start with a name, so it stays as it is.
  if (with_finding)
    out.say_as_it_is(clean_text(x.finding, longest_words));
  // By when it began, which can be typed and is in the list of events; its number is not known here.
  out.say("`pmactor report " + time_of_day(started_of(x.event)) + "` shows the evidence");
  out.text("folder", x.folder);
  out.text("event", to_string(x.event));
}

/// Where it is recorded what ran on the CPUs, and nothing ran for long.
std::string no_culprit_words(const event_record& x) {
  const auto& blame = x.event.blame;
  return blame && blame->source == blame_source::recorded && blame->harm > nanoseconds{}
             && x.culprits.empty() && blame->unknown * 4 <= blame->harm
             && x.event.cause == pause_cause::cpu_wait
           ? "no single process held the CPUs"
           : std::string{};
}

void word_pause(writer& out, const notice& x) {
  const auto& longest = *x.longest;
  const auto& event = longest.event;
  const bool alone = event.scope == pause_scope::daemon_only;
  const bool both = event.scope == pause_scope::daemon_and_sampler;
  const bool spared_others = may_have_spared_others(event.scope, event.cause);
  const bool is_of_pmactor = alone || spared_others;
  const std::string what = alone           ? "pmactor alone was held up"
                           : both          ? "pmactor and its sampler were held up"
                           : spared_others ? "pmactor was held up"
                                           : "Froze";
  if (x.pauses == 1) {
    out.title(what + (is_of_pmactor ? " for " : " ") + spelled(event.duration) + ", "
              + cause_in_title(event.cause, event.sure));
  } else {
    out.title(what + ' ' + std::to_string(x.pauses) + " times, " + spelled(x.total) + " together, "
              + cause_in_title(event.cause, event.sure));
    out.say("the longest lasted " + spelled(event.duration) + ", all within "
            + spelled(std::max(nanoseconds{}, x.last - x.first)));
  }
  out.urgent();
  out.suspects(longest.culprits, accuses(event));
  out.say(no_culprit_words(longest));
  if (alone)
    out.say("its sampler ran on meanwhile, so the machine itself was fine");
  if (both)
    out.say("other processes need not have been");
  else if (spared_others)
    out.say("no second witness saw if other processes ran on");
  out.say(alike_words(x.alike));
  // What was busy matters only where a process can be to blame, and is not said twice.
  const bool has_suspects = !is_of_pmactor && !reaches_pmactor_alone(event.cause);
  word_evidence(out, x, has_suspects && longest.culprits.empty());
  out.event(event.id);
  out.number("alike", std::to_string(x.alike.count));
  out.number("count", std::to_string(x.pauses));
  out.number("duration", seconds_text(x.pauses == 1 ? event.duration : x.total));
  out.number("longest", seconds_text(event.duration));
  out.number("started", seconds_text(x.first));
  out.number("ended", seconds_text(x.last));
  out.text("cause", to_string(event.cause));
  out.text("confidence", to_string(event.sure));
  out.text("scope", to_string(event.scope));
}

void word_stall(writer& out, const notice& x) {
  const auto& event = x.about->event;
  const auto& facts = *event.stall;
  const auto subject = capitalised(clean_text(in_words(facts.resource, facts.name), longest_name));
  const auto length = spelled(event.duration);
  const bool is_over = facts.is_over;
  const bool is_back = x.kind == notice_kind::stall_over;
  const auto tense = is_back ? answer_tense::again : is_over ? answer_tense::past : answer_tense::perfect;
  out.title(subject + ' ' + std::string{answer_words(facts.resource, tense)} + (is_back ? ", after " : " for ") + length);
  if (x.kind == notice_kind::stall)
    out.urgent();
  out.suspects(x.about->culprits, accuses(event));
  out.say(no_culprit_words(*x.about));
  if (!facts.waiting.empty()) {
    std::string names;
    constexpr std::size_t most = 3;
    for (std::size_t i = 0; i < facts.waiting.size() && i < most; ++i)
      names += (names.empty() ? "" : ", ") + clean_text(facts.waiting[i].name, longest_name);
    if (facts.waiting.size() > most)
      names += " and " + std::to_string(facts.waiting.size() - most) + " more";
    out.say_as_it_is("Waiting: " + names + '.');
  }
  out.event(event.id);
  if (x.kind == notice_kind::stall)
    out.say(alike_words(x.alike));
  out.number("alike", std::to_string(x.alike.count));
  out.text("resource", to_string(facts.resource));
  out.text("resource_name", facts.name);
  out.number("duration", seconds_text(event.duration));
  out.number("started", seconds_text(event.started));
  out.text("over", is_over ? "yes" : "no");
}

void word_outage(writer& out, const notice& x) {
  const auto& event = x.about->event;
  out.title(event.evidence.empty() ? "An outage was found" : capitalised(event.evidence.front()));
  out.urgent();
  if (event.duration > nanoseconds{})
    out.say("it lasted from " + time_of_day(event.started) + " for " + spelled(event.duration));
  constexpr std::size_t most = 3;
  for (std::size_t i = 1; i < event.evidence.size() && i < most; ++i)
    out.say(clean_text(event.evidence[i], longest_words));
  // By its start, as its number is not known here.
  out.say("`pmactor events --kind outage` lists it");
  out.number("started", seconds_text(event.started));
  if (event.duration > nanoseconds{}) {
    out.number("ended", seconds_text(event.ended));
    out.number("duration", seconds_text(event.duration));
  }
  out.text("confidence", to_string(event.sure));
}

void word_incident(writer& out, const notice& x) {
  const auto& event = x.about->event;
  out.title(capitalised(head_of(event.facts.value_or("")).title));
  out.urgent();
  // By when it began, which can be typed and is in the list of events.
  out.say("`pmactor events show " + time_of_day(event.started) + "` shows more");
  out.number("started", seconds_text(event.started));
  out.number("ended", seconds_text(event.ended));
  out.text("event", to_string(event.id));
}

void word_stress(writer& out, const notice& x) {
  const auto& alert = *x.stress;
  switch (alert.change) {
    case stress_change::critical:
      out.title("Critical stress for " + to_words(alert.lasted));
      out.urgent();
      out.say("now " + stress_words(alert.stress) + " of 100 points");
      break;
    case stress_change::relieved:
      out.title("All clear: the stress is no longer critical, after "
                + to_words(std::chrono::round<std::chrono::seconds>(alert.lasted)));
      break;
    case stress_change::elevated:
      out.title("Under stress: " + stress_words(alert.stress) + " of 100 points");
      break;
  }
  if (alert.change != stress_change::relieved)
    out.suspects(x.culprits);
  out.number("stress", number_text(alert.stress.total(), 1));
  out.number("duration", seconds_text(alert.lasted));
  out.number("started", seconds_text(alert.at.wall - alert.lasted));
  out.number("ended", seconds_text(alert.at.wall));
}

void word_faults(writer& out, const notice& x) {
  std::string actors;
  for (const auto& one : x.faults)
    actors += (actors.empty() ? "" : ", ") + clean_text(one.actor, longest_name);
  if (x.kind == notice_kind::recovered) {
    out.title("pmactor works fully again");
    out.say("what had not worked: " + actors);
  } else {
    out.title("pmactor is degraded: " + actors);
    out.urgent();
    for (const auto& one : x.faults) {
      auto words = clean_text(one.says, longest_words);
      while (!words.empty() && words.back() == '.')
        words.pop_back();
      out.say(words);
    }
    out.say("`pmactor inspect` shows more");
  }
  out.text("actors", actors);
}

void word_capture(writer& out, const notice& x) {
  out.title("Evidence was captured");
  word_evidence(out, x, true);
}

} // namespace

notice_message compose_notice(const notice& x) {
  writer out{x};
  switch (x.kind) {
    case notice_kind::pause:
      word_pause(out, x);
      break;
    case notice_kind::critical:
    case notice_kind::all_clear:
    case notice_kind::elevated:
      word_stress(out, x);
      break;
    case notice_kind::degraded:
    case notice_kind::recovered:
      word_faults(out, x);
      break;
    case notice_kind::forensics:
      word_capture(out, x);
      break;
    case notice_kind::stall:
    case notice_kind::stall_over:
      word_stall(out, x);
      break;
    case notice_kind::outage:
      word_outage(out, x);
      break;
    case notice_kind::incident:
      word_incident(out, x);
      break;
  }
  return out.end(x);
}

std::string to_string(const notice_message& x) {
  return "notice_message{" + std::to_string(x.number) + ' ' + to_string(x.kind) + ": " + x.line + '}';
}

} // namespace pmactor
