#include "actors/black_box/decide_daemon_end.hpp"

#include "actors/black_box/outage_judge.hpp"
#include "actors/black_box/read_service_end.hpp"
#include "messages/words.hpp"

#include <string>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// Collects what speaks for the verdict.
class daemon_judge : outage_judge {
public:
  daemon_judge(const box_record& last, const start_traces& now)
    : last_(last), now_(now), manager_(read_service_end(now.service_result)) {
  }

  outage_verdict decide() {
    if (last_.end && !last_.end->failed && !was_forced()) {
      conclude_stop(confidence::high, stop_in_words(*last_.end)
                                        + (last_.end->is_lossy ? ": its last rows could neither be stored nor kept" : ""));
      evidence((last_.end->is_lossy ? "its marker: " : "its clean marker: ") + last_.end->words);
      add_loss(*last_.end);
    } else if (!find_slow_stop() && !find_failure() && !find_oom_kill() && !find_manager_word())
      decide_kill();
    if (result_.cause != outage_cause::upgraded && !is_same())
      evidence("another build of pmactor was started since");
    evidence("the machine has not been started anew since: its boot id is the same");
    name_handlers();
    return std::move(result_);
  }

private:
  bool is_same() const {
    return last_.program == now_.program && last_.version == now_.version;
  }
  /// It was ordered; and if another one was started since, for that one.
  void conclude_stop(confidence sure, std::string says) {
    if (is_same())
      conclude(outage_cause::stopped, sure, std::move(says));
    else
      conclude(outage_cause::upgraded, sure,
               last_.version == now_.version
                 ? "pmactor was replaced by another build of version " + now_.version
                 : "pmactor was replaced: version " + last_.version + " by " + now_.version);
  }

  const daemon_trace* trace() const {
    return now_.daemon && now_.daemon->run == last_.run ? &*now_.daemon : nullptr;
  }
  bool manager_says(service_end::how what) const {
    return manager_ && manager_->what == what;
  }
  void add_manager() {
    if (!now_.service_result.empty())
      evidence("the service manager: " + now_.service_result);
  }

  /// Perhaps with its marker on the disk, and what was to be stored after it was not.
  bool was_forced() const {
    const auto* left = trace();
    return left != nullptr && left->was_asked && left->signal.empty();
  }
  /// A stop that was ordered is no failure, also where a busy machine or a silent disk left it no time.
  bool find_slow_stop() {
    if (!was_forced())
      return false;
    const auto* left = trace();
    conclude_stop(confidence::medium,
                  "pmactor was stopped, and ended by force, as an orderly end took too long");
    evidence((last_.end ? "its health page: " : "its health page, as its clean marker did not reach the disk: ")
             + left->last_words);
    add_manager();
    return true;
  }

  bool find_failure() {
    if (last_.end && last_.end->failed) {
      conclude(outage_cause::crashed, confidence::high, "pmactor gave up: " + last_.end->words);
      evidence("its own last words");
      return true;
    }
    const auto* left = trace();
    if (left == nullptr)
      return false;
    if (!left->signal.empty()) {
      conclude(outage_cause::crashed, confidence::high,
               "pmactor crashed (" + left->signal + ')' + in_hand());
      evidence("it noted the signal as it died");
      add_manager();
      return true;
    }
    if (left->is_over || left->has_failed) {
      conclude(left->has_failed ? outage_cause::crashed : outage_cause::stopped, confidence::medium,
               (left->has_failed ? "pmactor gave up: " : "pmactor ended: ") + left->last_words);
      evidence("its health page, as its clean marker did not reach the disk");
      add_manager();
      return true;
    }
    return false;
  }

  bool find_oom_kill() {
    const bool says_so = manager_says(service_end::how::oom_killed);
    const auto grew = [](const auto& before, const auto& after) {
      return before && after && *after > *before;
    };
    const bool group = grew(last_.group_oom_kills, now_.group_oom_kills);
    const bool machine = grew(last_.oom_kills, now_.oom_kills);
    // A count is no proof against a word: other processes are killed for lack of memory too.
    const bool is_named = !now_.oom_line.empty() || says_so;
    if (!is_named && manager_ && !manager_says(service_end::how::killed))
      return false;
    if (!is_named && !group && !machine)
      return false;
    conclude(outage_cause::oom_killed,
             is_named ? confidence::high
             : group  ? confidence::medium
                      : confidence::low,
             is_named ? "the kernel killed pmactor, as memory had run out"
                      : "the kernel probably killed pmactor, as memory had run out");
    if (!now_.oom_line.empty())
      evidence("the kernel's log: " + now_.oom_line);
    add_manager();
    if (group)
      evidence("the count of such kills in pmactor's own control group has grown");
    else if (machine)
      evidence("the machine's count of such kills has grown");
    return true;
  }

  /// An end that the service manager saw, and that was not by SIGKILL.
  bool find_manager_word() {
    if (!manager_ || manager_says(service_end::how::killed))
      return false;
    const auto by_signal = manager_->name.starts_with("SIG");
    if (manager_says(service_end::how::crashed))
      conclude(outage_cause::crashed, confidence::high,
               "pmactor crashed (" + manager_->name + ')' + in_hand());
    else if (manager_says(service_end::how::failed))
      conclude(outage_cause::crashed, confidence::high,
               "pmactor gave up with exit code " + manager_->name);
    else
      conclude(outage_cause::stopped, confidence::medium,
               by_signal ? "pmactor was ended by " + manager_->name + " and left no clean marker"
                         : "pmactor ended by itself and left no clean marker");
    add_manager();
    return true;
  }

  void decide_kill() {
    if (!manager_ && trace() == nullptr) {
      conclude(outage_cause::killed, confidence::low,
               "pmactor ended without a word; it was probably killed (SIGKILL)");
      evidence("it left neither a clean marker nor a health page, and no service manager says "
               "how it ended");
      return;
    }
    conclude(outage_cause::killed, confidence::high, "pmactor was killed (SIGKILL)");
    add_manager();
    if (trace() != nullptr)
      evidence(
        "its health page shows it at work, and any other signal would have been noted there");
  }

  std::string in_hand() const {
    const auto* left = trace();
    if (left == nullptr || left->handlers.empty())
      return {};
    const auto& x = left->handlers.front();
    return " in " + x.actor + ", which handled " + x.message;
  }

  /// What it was doing last, by its page or else by the last record.
  void name_handlers() {
    if (result_.cause == outage_cause::stopped || result_.cause == outage_cause::upgraded)
      return;
    const auto* left = trace();
    const auto& handlers = left != nullptr ? left->handlers : last_.handlers;
    for (const auto& x : handlers)
      evidence("last at work: " + x.actor + " with " + x.message
               + (x.since > nanoseconds{} ? " for " + spelled(x.since) : ""));
  }

  const box_record& last_;
  const start_traces& now_;
  const std::optional<service_end> manager_;
};

} // namespace

outage_verdict decide_daemon_end(const box_record& last, const start_traces& now) {
  return daemon_judge{last, now}.decide();
}

} // namespace pmactor
