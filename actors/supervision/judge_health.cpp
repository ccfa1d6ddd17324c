#include "actors/supervision/judge_health.hpp"

#include "actors/supervision/decide_hang.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <string_view>

namespace pmactor {
namespace {

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + ' ' + std::string{count == 1 ? one : many};
}

/// @returns where the thread is, as the end of a sentence; empty if that is unknown.
std::string whereabouts(const std::optional<process_facts>& facts, std::int64_t thread) {
  if (!facts || thread == 0)
    return {};
  const auto i = std::find_if(facts->threads.begin(), facts->threads.end(),
                              [thread](const thread_facts& x) { return x.id == thread; });
  if (i == facts->threads.end())
    return ", by a thread that is gone";
  const auto where = i->waits_in.empty() ? std::string{} : " in " + i->waits_in;
  switch (i->state) {
    case 'R':
      return "; its thread is running";
    case 'D':
      return "; its thread waits for a device" + where;
    case 'S':
      return "; its thread sleeps" + where;
  }
  return {};
}

/// Collects what there is to say, and how bad it is.
class judge {
public:
  judge(const health_report& report, const std::optional<process_facts>& facts,
        const health_limits& limits)
    : report_(report), facts_(facts), limits_(limits) {
  }

  health_verdict ended(process_presence presence) {
    result_.last_sign = report_.pulse_wall ? report_.pulse_wall : report_.started_wall;
    if (report_.phase == daemon_phase::stopped) {
      conclude(health_state::not_running, "pmactor is not running");
      add_last_words();
      return std::move(result_);
    }
    if (report_.phase == daemon_phase::failed) {
      conclude(health_state::dead, "pmactor has failed");
      add_last_words();
    } else {
      conclude(health_state::dead, std::string{"pmactor "} + how_it_died(presence));
    }
    note_interrupted("was handling");
    note_failures();
    return std::move(result_);
  }

  health_verdict halted() {
    result_.last_sign = report_.pulse_wall;
    const auto pid = std::to_string(report_.daemon.pid);
    const auto how = facts_->frozen ? "its cgroup is frozen (docker pause, systemctl freeze)"
                     : facts_->state == 't' ? "a debugger holds it"
                                            : "a signal (SIGSTOP, or Ctrl-Z) halted it";
    conclude(health_state::stopped, "pmactor is stopped (pid " + pid + "): " + how);
    if (facts_->state == 'T' && !facts_->frozen) {
      result_.resume = "kill -CONT " + pid;
      note("", result_.resume + " lets it go on");
    }
    note_interrupted("is halted while handling");
    judge_actors_at_rest();
    return std::move(result_);
  }

  health_verdict out_of_sight(std::chrono::nanoseconds now_wall) {
    // Two readings of one wall clock, which may be stepped at any time.
    const auto age = report_.pulse_wall ? std::optional{now_wall - *report_.pulse_wall} : std::nullopt;
    if (age && *age <= limits_.pulse && *age >= -limits_.pulse) {
      note("", "lives in another pid or time namespace, as a container has; of its process nothing is known "
               "here");
      return running();
    }
    result_.last_sign = report_.pulse_wall;
    conclude(health_state::unknown,
             "pmactor cannot be judged from here, as it lives in another pid or time namespace and gives no "
             "pulse; `pmactor inspect` inside of its container can judge it");
    return std::move(result_);
  }

  health_verdict running() {
    judge_pulse();
    for (const auto& actor : report_.actors)
      if (actor.phase != actor_phase::absent) {
        judge_handler(actor);
        judge_mailbox(actor);
      }
    judge_actors_at_rest();
    if (worst_ == health_state::stuck) {
      result_.last_sign = report_.pulse_age > limits_.pulse ? report_.pulse_wall : std::nullopt;
      conclude(worst_, "pmactor is stuck");
    } else if (report_.phase == daemon_phase::starting) {
      conclude(health_state::degraded, "pmactor is starting");
    } else if (report_.phase == daemon_phase::stopping) {
      conclude(health_state::degraded, "pmactor is stopping");
    } else if (worst_ == health_state::degraded) {
      conclude(worst_, "pmactor runs, but is degraded");
    } else {
      conclude(health_state::healthy, "pmactor is healthy");
    }
    return std::move(result_);
  }

private:
  static std::string how_it_died(process_presence presence) {
    switch (presence) {
      case process_presence::rebooted:
        return "is dead: the machine was started anew since, without a goodbye";
      case process_presence::replaced:
        return "was killed: its process is gone without a goodbye, and its pid is another's now";
      case process_presence::zombie:
        return "was killed: its process has ended without a goodbye, and its parent has yet to "
               "notice";
      case process_presence::gone:
      case process_presence::here:
        break;
    }
    return "was killed: its process is gone without a goodbye";
  }

  void conclude(health_state state, std::string headline) {
    result_.state = state;
    result_.headline = std::move(headline);
  }

  void add_last_words() {
    if (!report_.last_words.empty())
      result_.headline += ": " + report_.last_words;
  }

  void problem(health_state state, const std::string& actor, std::string sentence) {
    worst_ = std::max(worst_, state);
    result_.findings.push_back({true, actor, std::move(sentence)});
  }

  void note(const std::string& actor, std::string sentence) {
    result_.findings.push_back({false, actor, std::move(sentence)});
  }

  /// @returns for how long there has been no pulse, if that is too long.
  std::optional<std::chrono::nanoseconds> missing_pulse() const {
    const auto age = report_.pulse_age ? report_.pulse_age : report_.uptime;
    return age && *age > limits_.pulse ? age : std::nullopt;
  }

  void judge_pulse() {
    const auto age = missing_pulse();
    if (!age)
      return;
    auto sentence =
      (report_.pulse_age ? "has given no pulse for " : "has given no pulse in ") + to_words(*age);
    const auto count = [this](char state) {
      return static_cast<std::uint64_t>(
        std::count_if(facts_->threads.begin(), facts_->threads.end(),
                      [state](const thread_facts& x) { return x.state == state; }));
    };
    if (const auto waiting = count('D'); waiting > 0)
      sentence += "; " + counted(waiting, "thread waits", "threads wait") + " for a device";
    else if (const auto ready = count('R'); ready > 0)
      sentence += "; " + counted(ready, "thread runs", "threads run") + " or would, if given a CPU";
    problem(health_state::stuck, "supervisor", std::move(sentence));
  }

  void judge_handler(const actor_report& actor) {
    // Without a pulse lived time stands still on the page, and the version before had none there: the clock says at
    // least where the daemon is stuck.
    const auto time = missing_pulse() || !actor.hang_limit ? actor.handling_for : actor.handling_lived;
    if (!time || *time <= limits_.slow_handler)
      return;
    const bool hung = !actor.optional_child && is_hang(*time, actor.hang_limit.value_or(limits_.hung_handler));
    problem(hung ? health_state::stuck : health_state::degraded, actor.name,
            "has been handling " + actor.handler + " for " + to_words(*time)
              + whereabouts(facts_, actor.handler_thread));
  }

  void judge_mailbox(const actor_report& actor) {
    if (actor.waiting == 0 || !actor.oldest_age || *actor.oldest_age <= limits_.old_message)
      return;
    problem(health_state::degraded, actor.name,
            counted(actor.waiting, "message waits", "messages wait") + " for it, the oldest for "
              + to_words(*actor.oldest_age));
  }

  /// What is wrong with the process, and with actors whatever they are doing at the moment.
  void judge_actors_at_rest() {
    if (!report_.degraded.empty())
      problem(health_state::degraded, "", report_.degraded);
    for (const auto& actor : report_.actors) {
      if (!actor.degraded.empty())
        problem(health_state::degraded, actor.name, actor.degraded);
      else if (actor.phase == actor_phase::given_up)
        problem(health_state::degraded, actor.name,
                "is given up" + (actor.failure.empty() ? "" : ": " + actor.failure));
      else if (actor.phase == actor_phase::restarting)
        problem(health_state::degraded, actor.name,
                "is down and will be started again"
                  + (actor.failure.empty() ? "" : "; it failed: " + actor.failure));
      else if (actor.phase == actor_phase::stopped && report_.phase == daemon_phase::running)
        note(actor.name, "has ended and stays down");
      if (actor.set_aside > 0)
        note(actor.name, "has set aside "
                           + counted(actor.set_aside, "message that", "messages that")
                           + " made it fail twice");
      if (actor.dropped > 0)
        note(actor.name, "has dropped " + counted(actor.dropped, "entry", "entries")
                           + " of a full queue or history");
    }
  }

  void note_interrupted(const std::string& verb) {
    for (const auto& actor : report_.actors)
      if (actor.phase != actor_phase::absent && actor.handling_for)
        note(actor.name, verb + ' ' + actor.handler);
  }

  void note_failures() {
    for (const auto& actor : report_.actors)
      if (!actor.degraded.empty())
        note(actor.name, actor.degraded);
  }

  const health_report& report_;
  const std::optional<process_facts>& facts_;
  const health_limits& limits_;
  health_state worst_ = health_state::healthy;
  health_verdict result_;
};

} // namespace

process_presence find_process(const process_identity& daemon,
                              const std::optional<process_facts>& facts,
                              const std::string& boot_id) {
  if (!boot_id.empty() && !daemon.boot_id.empty() && boot_id != daemon.boot_id)
    return process_presence::rebooted;
  if (!facts)
    return process_presence::gone;
  if (facts->start != daemon.start)
    return process_presence::replaced;
  return facts->state == 'Z' || facts->state == 'X' ? process_presence::zombie
                                                    : process_presence::here;
}

health_verdict judge_health(const health_report& report, const std::optional<process_facts>& facts,
                            const std::string& boot_id, const health_limits& limits) {
  judge x{report, facts, limits};
  const auto presence = find_process(report.daemon, facts, boot_id);
  const bool said_goodbye =
    report.phase == daemon_phase::stopped || report.phase == daemon_phase::failed;
  if (presence != process_presence::here || said_goodbye)
    return x.ended(presence);
  if (facts->state == 'T' || facts->state == 't' || facts->frozen)
    return x.halted();
  return x.running();
}

bool are_comparable(const namespace_ids& daemon, const namespace_ids& ours) {
  const auto same = [](std::uint64_t a, std::uint64_t b) { return a == 0 || b == 0 || a == b; };
  return same(daemon.pid, ours.pid) && same(daemon.time, ours.time);
}

health_verdict judge_from_outside(const health_report& report, std::chrono::nanoseconds now_wall,
                                  const health_limits& limits) {
  const std::optional<process_facts> nothing;
  judge x{report, nothing, limits};
  if (report.phase == daemon_phase::stopped || report.phase == daemon_phase::failed)
    return x.ended(process_presence::gone);
  return x.out_of_sight(now_wall);
}

std::string to_string(health_state x) {
  switch (x) {
    case health_state::healthy:
      return "healthy";
    case health_state::degraded:
      return "degraded";
    case health_state::stuck:
      return "stuck";
    case health_state::stopped:
      return "stopped";
    case health_state::dead:
      return "dead";
    case health_state::not_running:
      return "not running";
    case health_state::unknown:
      return "unknown";
  }
  return "?";
}

} // namespace pmactor
