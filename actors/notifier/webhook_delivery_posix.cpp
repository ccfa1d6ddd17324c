#include "actors/notifier/webhook_delivery.hpp"

#include "actors/host/expendable_thread.hpp"
#include "actors/host/host_identity.hpp"
#include "actors/notifier/clean_text.hpp"
#include "actors/notifier/decide_redelivery.hpp"
#include "actors/notifier/decide_resend.hpp"
#include "actors/notifier/fill_template.hpp"
#include "actors/notifier/judge_http_answer.hpp"
#include "actors/supervision/log.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using outcome = sink_result::outcome;

constexpr auto request_patience = 10s;
constexpr auto longest_farewell = 300ms;
constexpr std::size_t longest_obstacle = 200;

sink_result result_for(const notice_message& x) {
  sink_result result;
  result.number = x.number;
  result.kind = x.kind;
  result.sink = "webhook";
  return result;
}

std::pair<http_answer, send_verdict> post(const notice_message& x, const webhook_policy& policy,
                                          const std::function<bool()>& is_over) {
  http_request request;
  request.url = policy.url;
  request.headers = policy.headers;
  request.body = fill_template(policy.body, x);
  request.timeout = request_patience;
  auto answer = post_http(request, is_over);
  auto verdict = judge_http_answer(answer);
  return {std::move(answer), std::move(verdict)};
}

sink_result result_of(const notice_message& x, const send_verdict& verdict) {
  auto result = result_for(x);
  result.what = verdict.what == send_outcome::taken ? outcome::delivered : outcome::failed;
  result.says = verdict.what == send_outcome::taken ? "taken by the receiver"
                                                    : clean_text("the receiver " + verdict.says, longest_obstacle);
  return result;
}

} // namespace

sink_result post_to_webhook(const notice_message& x, const webhook_policy& policy,
                            const std::function<bool()>& is_over) {
  return result_of(x, post(x, policy, is_over).second);
}

/// What the thread and its owner share; the thread may outlive its owner.
class webhook_delivery::work {
public:
  explicit work(std::function<void(const sink_result&)> report) : report_(std::move(report)) {
  }

  /// @returns whether the thread must be started.
  bool add(const notice_message& x, const webhook_policy& policy, std::size_t most_waiting) {
    std::lock_guard guard{mutex_};
    policy_ = policy;
    waiting_.push_back({x, clock::now()});
    if (waiting_.size() > most_waiting) {
      lose(waiting_.front().message, "too many messages were waiting for the webhook");
      waiting_.pop_front();
      ++taken_out_;
    }
    wake_.notify_all();
    return !std::exchange(is_started_, true);
  }

  void run() {
    resend_backoff retry{share_of(own_host_identity())};
    std::unique_lock lock{mutex_};
    while (!is_over_) {
      wake_.wait(lock, [this] { return is_over_ || !waiting_.empty(); });
      if (is_over_)
        break;
      const auto next = waiting_.front();
      const auto policy = policy_;
      const auto before = taken_out_;
      lock.unlock();
      const auto [answer, verdict] = post(next.message, policy, [this] { return is_over(); });
      lock.lock();
      if (is_over_)
        break;
      report(result_of(next.message, verdict));
      const auto then = decide_redelivery(verdict.what, clock::now() - next.since);
      if (before == taken_out_ && then != redelivery::again) {
        waiting_.pop_front();
        if (then == redelivery::given_up)
          lose(next.message, "the webhook did not take it for an hour");
      }
      if (then == redelivery::settled)
        retry.succeeded();
      else
        wake_.wait_for(lock, retry.failed(verdict, answer), [this] { return is_over_; });
    }
    is_gone_ = true;
    wake_.notify_all();
  }

  void end() {
    std::unique_lock lock{mutex_};
    is_over_ = true;
    wake_.notify_all();
    if (is_started_)
      wake_.wait_for(lock, longest_farewell, [this] { return is_gone_; });
    report_ = nullptr;
    if (!waiting_.empty())
      log_line(log_level::warning, "notifier", "messages-lost",
               std::to_string(waiting_.size())
                 + " messages were not taken by the webhook before the daemon's end; the first: "
                 + waiting_.front().message.line);
  }

private:
  struct entry {
    notice_message message;
    clock::time_point since;
  };

  bool is_over() {
    std::lock_guard guard{mutex_};
    return is_over_;
  }
  void report(const sink_result& x) {
    if (report_)
      report_(x);
  }
  void lose(const notice_message& x, const char* why) {
    auto result = result_for(x);
    result.what = outcome::lost;
    result.says = std::string{why} + ": " + clean_text(x.line, 120);
    report(result);
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::function<void(const sink_result&)> report_;
  webhook_policy policy_;
  std::deque<entry> waiting_;
  std::uint64_t taken_out_ = 0; ///< Messages that made room for others.
  bool is_started_ = false, is_over_ = false, is_gone_ = false;
};

webhook_delivery::webhook_delivery(std::function<void(const sink_result&)> report)
  : work_(std::make_shared<work>(std::move(report))) {
}

webhook_delivery::~webhook_delivery() {
  work_->end();
}

void webhook_delivery::deliver(const notice_message& x, const webhook_policy& policy, std::size_t most_waiting) {
  if (!work_->add(x, policy, most_waiting))
    return;
  try {
    start_expendable("pm-webhook", [shared = work_] { shared->run(); });
  } catch (const std::system_error& e) {
    log_line(log_level::error, "notifier", "webhook-thread",
             std::string{"No message goes to the webhook: "} + e.what());
  }
}

} // namespace pmactor
