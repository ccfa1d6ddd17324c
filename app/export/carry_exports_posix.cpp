#include "app/export/carry_exports.hpp"

#include "actors/host/expendable_thread.hpp"
#include "app/export/export_jobs.hpp"
#include "app/export/host_labels.hpp"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr auto longest_farewell = 300ms;

nanoseconds steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

/// A receiver that hangs must not hold up what stays on this machine, nor a disk that hangs what
/// leaves it.
enum class carried { locally, by_network };

/// What a thread and its owner share; the thread may outlive its owner.
class carrier_work {
public:
  carrier_work(carried which, places where, exporter_policy policy, bool to_journal,
               std::function<void(const export_report&)> report)
    : which_(which), where_(std::move(where)), policy_(std::move(policy)), to_journal_(to_journal),
      report_(std::move(report)) {
  }

  void wake() {
    std::lock_guard guard{mutex_};
    is_woken_ = true;
    wake_.notify_all();
  }

  void run() {
    const auto jobs = make_jobs();
    std::unique_lock lock{mutex_};
    while (!is_over_) {
      std::optional<nanoseconds> due;
      if (std::exchange(is_woken_, false))
        for (const auto& x : jobs)
          x->wake(steady_now());
      for (const auto& x : jobs)
        if (const auto next = x->next(); next && (!due || *next < *due))
          due = next;
      const auto is_wanted = [this] { return is_over_ || is_woken_; };
      if (!due)
        wake_.wait(lock, is_wanted);
      else if (*due > steady_now())
        wake_.wait_until(lock, std::chrono::steady_clock::time_point{*due}, is_wanted);
      if (is_over_ || is_woken_)
        continue;
      lock.unlock();
      for (const auto& x : jobs)
        if (const auto next = x->next(); next && *next <= steady_now() && !is_over()) {
          x->run(steady_now());
          report(x->report());
        }
      lock.lock();
    }
    is_gone_ = true;
    wake_.notify_all();
  }

  /// Ends what is under way.
  void ask_to_end() {
    std::lock_guard guard{mutex_};
    is_over_ = true;
    wake_.notify_all();
  }

  /// Waits for that, but not for long. From here on nothing is reported.
  void end() {
    ask_to_end();
    std::unique_lock lock{mutex_};
    wake_.wait_for(lock, longest_farewell, [this] { return is_gone_; });
    report_ = nullptr;
  }

private:
  bool is_over() {
    std::lock_guard guard{mutex_};
    return is_over_;
  }

  void report(const export_report& x) {
    std::lock_guard guard{mutex_};
    if (report_)
      report_(x);
  }

  std::vector<std::unique_ptr<export_job>> make_jobs() {
    std::vector<std::unique_ptr<export_job>> result;
    const auto origin = own_origin(policy_.labels);
    const auto& otlp = policy_.otlp;
    const auto is_ending = [this] { return is_over(); }; // run() outlives them
    if (which_ == carried::locally) {
      if (!policy_.textfile.empty())
        result.push_back(make_textfile_job(where_, policy_));
      if (to_journal_)
        result.push_back(make_journal_job(where_, origin));
      return result;
    }
    result.push_back(make_otlp_job(where_, otlp, origin, is_ending));
    if (otlp.heartbeat > nanoseconds::zero())
      result.push_back(make_heartbeat_job(where_, otlp, origin, is_ending));
    return result;
  }

  const carried which_;
  const places where_;
  const exporter_policy policy_;
  const bool to_journal_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::function<void(const export_report&)> report_;
  bool is_woken_ = false, is_over_ = false, is_gone_ = false;
};

class carrier_threads final : public export_carrier {
public:
  ~carrier_threads() override {
    for (const auto& x : works_)
      x->ask_to_end();
    for (const auto& x : works_)
      x->end();
  }
  /// @throws std::system_error if there can be no further thread.
  void start(const char* name, std::shared_ptr<carrier_work> work) {
    start_expendable(name, [work] { work->run(); });
    works_.push_back(std::move(work));
  }
  void wake() override {
    for (const auto& x : works_)
      x->wake();
  }

private:
  std::vector<std::shared_ptr<carrier_work>> works_;
};

} // namespace

open_carrier host_carrier(const places& where, bool to_journal) {
  return [where, to_journal](const exporter_policy& policy,
                             std::function<void(const export_report&)> report) -> std::unique_ptr<export_carrier> {
    const bool journal = to_journal && policy.journal;
    const bool local = journal || !policy.textfile.empty(), network = !policy.otlp.endpoint.empty();
    if (!local && !network)
      return nullptr;
    auto result = std::make_unique<carrier_threads>();
    const auto start = [&](const char* name, carried which) {
      result->start(name, std::make_shared<carrier_work>(which, where, policy, journal, report));
    };
    if (local)
      start("pm-export", carried::locally);
    if (network)
      start("pm-export-net", carried::by_network);
    return result;
  };
}

export_origin own_origin(const std::vector<std::string>& labels) {
  return {PMACTOR_VERSION, own_host_identity(), parse_host_labels(labels)};
}

} // namespace pmactor
