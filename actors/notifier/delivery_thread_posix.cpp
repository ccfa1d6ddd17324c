#include "actors/notifier/delivery_thread.hpp"

#include "actors/host/expendable_thread.hpp"
#include "actors/notifier/clean_text.hpp"
#include "actors/notifier/encode_notice.hpp"
#include "actors/notifier/fill_template.hpp"
#include "actors/notifier/notices_for_login.hpp"
#include "actors/notifier/webhook_delivery.hpp"
#include "actors/supervision/log.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

namespace pmactor {
namespace {

using outcome = sink_result::outcome;

constexpr std::size_t longest_obstacle = 200;

sink_result result_for(const notice_message& x, const char* sink) {
  sink_result result;
  result.number = x.number;
  result.kind = x.kind;
  result.sink = sink;
  return result;
}

/// @returns whether it was shown to anyone.
bool show_on_desktops(const notice_message& x, const delivery_policy& policy,
                      const desktop_places& places, cancellation& cancel,
                      const std::function<void(const sink_result&)>& report) {
  const auto plan = plan_desktop(x, policy.sound, places);
  if (plan.orders.empty()) {
    auto result = result_for(x, "desktop");
    result.what = outcome::unavailable;
    result.says = plan.obstacle;
    result.is_remedied = plan.is_remedied;
    report(result);
    return plan.is_remedied; // who has to install a program first is not waited for
  }
  bool is_shown = false;
  for (const auto& one : plan.orders) {
    const auto end = run_command(one.order, cancel);
    auto result = result_for(x, "desktop");
    const auto who = clean_text(one.who, 32);
    if (end.ended == command_outcome::how::ended && end.number == 0) {
      result.says = "shown to " + who;
      is_shown = true;
    } else {
      result.what = outcome::failed;
      result.says = clean_text("not shown to " + who + ": " + one.order.command.front() + ' '
                                 + to_string(end),
                               longest_obstacle);
    }
    report(result);
  }
  return is_shown;
}

void run_the_users_command(const notice_message& x, const delivery_policy& policy,
                           cancellation& cancel,
                           const std::function<void(const sink_result&)>& report) {
  auto result = result_for(x, "command");
  const auto* path = std::getenv("PATH");
  command_order order;
  order.command = policy.command;
  order.path = path != nullptr ? path : "/usr/bin:/bin";
  order.environment = encode_notice_variables(x);
  for (auto& text : own_environment()) {
    const auto name = text.substr(0, text.find('=') + 1);
    if (std::none_of(order.environment.begin(), order.environment.end(),
                     [&name](const std::string& fact) { return fact.starts_with(name); }))
      order.environment.push_back(std::move(text));
  }
  order.input = encode_notice_json(x) + '\n';
  order.limit = policy.command_timeout;
  const auto end = run_command(order, cancel);
  const bool is_done = end.ended == command_outcome::how::ended && end.number == 0;
  result.what = is_done ? outcome::delivered : outcome::failed;
  const auto& program = policy.command.front();
  if (is_done)
    result.says = "done in " + to_words(end.took);
  else if (end.ended == command_outcome::how::not_started && end.number == ENOENT
           && find_program(program, order.path).empty()) // else its interpreter is missing
    result.says = "there is no program " + program + "; mend notifications.command in the settings";
  else
    result.says = program + ' ' + to_string(end);
  result.says = clean_text(result.says, longest_obstacle);
  report(result);
}

/// By every sink that waits for a program.
/// @returns whether it is to be held until a user logs in.
bool carry_out_here(const notice_message& x, const delivery_policy& policy, const desktop_places& places,
                    cancellation& cancel, const std::function<void(const sink_result&)>& report) {
  // The user's command first: it may page a person, and desktops may take seconds.
  if (!policy.command.empty())
    run_the_users_command(x, policy, cancel, report);
  return policy.desktop && !show_on_desktops(x, policy, places, cancel, report)
         && notices_for_login::is_kept(x);
}

/// What the thread and its owner share; the thread may outlive its owner.
class delivery_work {
public:
  delivery_work(const delivery_policy& policy, desktop_places places)
    : places_{std::move(places)}, policy_{policy} {
  }

  void listen(std::function<void(const sink_result&)> listener) {
    std::lock_guard guard{mutex_};
    listener_ = std::move(listener);
    is_looked_ = false; // it wants to know what the sinks are like
    wake_.notify_all();
  }

  void follow(const delivery_policy& policy) {
    std::lock_guard guard{mutex_};
    policy_ = policy;
  }

  void deliver(notice_message x) {
    std::optional<sink_result> lost;
    const auto policy = follow_policy();
    add_identity(x, own_host_identity(), policy.labels);
    if (!policy.webhook.url.empty())
      webhook_.deliver(x, policy.webhook, policy.most_waiting);
    {
      std::lock_guard guard{mutex_};
      waiting_.push_back(x);
      if (waiting_.size() > policy_.most_waiting) {
        lost = result_for(waiting_.front(), "queue");
        lost->what = outcome::lost;
        lost->says = "too many messages were waiting: " + clean_text(waiting_.front().line, 120);
        waiting_.pop_front();
      }
      wake_.notify_all();
    }
    if (lost)
      report(*lost);
  }

  void run() {
    std::unique_lock lock{mutex_};
    for (;;) {
      const auto is_wanted = [this] { return is_over_ || !waiting_.empty() || !is_looked_; };
      if (const auto look = held_.next_look(); !look)
        wake_.wait(lock, is_wanted);
      else if (!wake_.wait_until(lock, std::chrono::steady_clock::time_point{*look}, is_wanted)) {
        const auto policy = policy_;
        lock.unlock();
        show_held(policy);
        lock.lock();
        continue;
      }
      if (is_over_)
        break;
      const auto policy = policy_;
      if (!std::exchange(is_looked_, true)) {
        lock.unlock();
        look(policy);
        lock.lock();
        continue;
      }
      const auto next = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      if (carry_out_here(next, policy, places_, cancel_,
                         [this](const sink_result& x) { report(x); }))
        held_.hold(next, now());
      lock.lock();
    }
    is_gone_ = true;
    wake_.notify_all();
  }

  /// Ends what is under way. From here on nothing is reported.
  void end() {
    cancel_.kill();
    std::unique_lock lock{mutex_};
    is_over_ = true;
    wake_.notify_all();
    wake_.wait_for(lock, longest_farewell, [this] { return is_gone_; });
    listener_ = nullptr;
    if (!waiting_.empty())
      log_line(log_level::warning, "notifier", "messages-lost",
               std::to_string(waiting_.size()) + " messages were not sent, as the daemon ends; the first: "
                 + waiting_.front().line);
  }

private:
  delivery_policy follow_policy() {
    std::lock_guard guard{mutex_};
    return policy_;
  }

  void report(const sink_result& x) {
    std::function<void(const sink_result&)> listener;
    {
      std::lock_guard guard{mutex_};
      listener = listener_;
    }
    if (listener)
      listener(x);
  }

  static std::chrono::nanoseconds now() {
    return std::chrono::steady_clock::now().time_since_epoch();
  }

  /// Shows what waits for a user, if there is one now. What does not succeed is no news.
  void show_held(const delivery_policy& policy) {
    const auto has_user = policy.desktop
                          && !plan_desktop(held_.front(), policy.sound, places_).orders.empty();
    while (has_user && held_.is_ready() && held_.next_look()) {
      const auto to_report = [this](const sink_result& x) {
        if (x.what == outcome::delivered)
          report(x);
      };
      if (!show_on_desktops(held_.front(), policy, places_, cancel_, to_report))
        break;
      held_.pop();
    }
    held_.look_again(has_user ? notices_for_login::found::bus : notices_for_login::found::no_one, now());
  }

  /// Finds out before the first message whether it could be shown.
  void look(const delivery_policy& policy) {
    if (!policy.desktop)
      return;
    const auto plan = plan_desktop({}, policy.sound, places_);
    sink_result result;
    result.sink = "desktop";
    result.says = plan.obstacle;
    result.what = plan.orders.empty() ? outcome::unavailable : outcome::delivered;
    result.is_remedied = plan.is_remedied;
    report(result);
  }

  const desktop_places places_;
  notices_for_login held_{places_.look_again}; ///< Of the thread alone.
  cancellation cancel_;
  std::mutex mutex_;
  delivery_policy policy_;
  std::condition_variable wake_;
  std::function<void(const sink_result&)> listener_;
  std::deque<notice_message> waiting_;
  bool is_looked_ = true, is_over_ = false, is_gone_ = false;
  webhook_delivery webhook_{[this](const sink_result& x) { report(x); }}; ///< The last one, as it ends first.
};

class delivery_thread final : public notice_delivery {
public:
  delivery_thread(const delivery_policy& policy, desktop_places places)
    : work_{std::make_shared<delivery_work>(policy, std::move(places))} {
    start_expendable("pm-delivery", [work = work_] { work->run(); });
  }

  ~delivery_thread() override {
    work_->end();
  }

  void listen(std::function<void(const sink_result&)> listener) override {
    work_->listen(std::move(listener));
  }

  void follow(const delivery_policy& policy) override {
    work_->follow(policy);
  }

  void deliver(const notice_message& x) override {
    work_->deliver(x);
  }

private:
  std::shared_ptr<delivery_work> work_;
};

} // namespace

void carry_out(const notice_message& x, const delivery_policy& policy, const desktop_places& places,
               cancellation& cancel, const std::function<void(const sink_result&)>& report) {
  auto message = x;
  add_identity(message, own_host_identity(), policy.labels);
  if (!policy.webhook.url.empty())
    report(post_to_webhook(message, policy.webhook, [] { return false; }));
  carry_out_here(message, policy, places, cancel, report);
}

std::unique_ptr<notice_delivery> start_delivery_thread(const delivery_policy& policy,
                                                       const desktop_places& places) {
  return std::make_unique<delivery_thread>(policy, places);
}

} // namespace pmactor
