#include "actors/notifier/delivery_thread.hpp"

#include "actors/notifier/clean_text.hpp"
#include "actors/host/every_signal_blocked.hpp"
#include "actors/supervision/log.hpp"
#include "actors/host/name_thread.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <utility>

extern char** environ;

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

void show_on_desktops(const notice_message& x, const delivery_policy& policy,
                      const desktop_places& places, const std::atomic<bool>& give_up,
                      const std::function<void(const sink_result&)>& tell) {
  const auto plan = plan_desktop(x, policy.sound, places);
  if (plan.orders.empty()) {
    auto result = result_for(x, "desktop");
    result.what = outcome::unavailable;
    result.says = plan.obstacle;
    result.is_remedied = plan.is_remedied;
    tell(result);
    return;
  }
  for (const auto& one : plan.orders) {
    const auto end = run_command(one.order, give_up);
    auto result = result_for(x, "desktop");
    const auto who = clean_text(one.who, 32);
    if (end.ended == command_outcome::how::ended && end.number == 0) {
      result.says = "shown to " + who;
    } else {
      result.what = outcome::failed;
      result.says = clean_text("not shown to " + who + ": " + one.order.command.front() + ' '
                                 + to_string(end),
                               longest_obstacle);
    }
    tell(result);
  }
}

void run_the_users_command(const notice_message& x, const delivery_policy& policy,
                           const std::atomic<bool>& give_up,
                           const std::function<void(const sink_result&)>& tell) {
  auto result = result_for(x, "command");
  command_order order;
  order.command = policy.command;
  const auto* path = std::getenv("PATH");
  const auto program = find_program(policy.command.front(), path != nullptr ? path : "/usr/bin:/bin");
  if (program.empty()) {
    result.what = outcome::failed;
    result.says = clean_text("there is no program " + policy.command.front()
                               + "; mend notifications.command in the settings",
                             longest_obstacle);
    tell(result);
    return;
  }
  order.command.front() = program;
  order.environment = environment_of(x);
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    const auto name = text.substr(0, text.find('=') + 1);
    if (std::none_of(order.environment.begin(), order.environment.end(),
                     [&name](const std::string& fact) { return fact.starts_with(name); }))
      order.environment.push_back(text);
  }
  order.input = json_of(x) + '\n';
  order.limit = policy.command_timeout;
  const auto end = run_command(order, give_up);
  const bool is_done = end.ended == command_outcome::how::ended && end.number == 0;
  result.what = is_done ? outcome::delivered : outcome::failed;
  result.says = is_done ? "done in " + to_words(end.took)
                        : clean_text(policy.command.front() + ' ' + to_string(end), longest_obstacle);
  tell(result);
}

class delivery_thread final : public notice_delivery {
public:
  delivery_thread(const delivery_policy& policy, desktop_places places)
    : places_{std::move(places)}, policy_{policy} {
    const every_signal_blocked guard;
    thread_ = std::thread{[this] { work(); }};
  }

  ~delivery_thread() override {
    {
      std::lock_guard guard{mutex_};
      is_over_ = true;
    }
    wake_.notify_one();
    thread_.join();
    if (!waiting_.empty())
      log_line(log_level::warning, "notifier", "messages-lost",
               std::to_string(waiting_.size()) + " messages were not sent, as the daemon ends; the first: "
                 + waiting_.front().line);
  }

  void listen(std::function<void(const sink_result&)> listener) override {
    std::lock_guard guard{mutex_};
    listener_ = std::move(listener);
    is_looked_ = false; // it wants to know what the sinks are like
    wake_.notify_one();
  }

  void follow(const delivery_policy& policy) override {
    std::lock_guard guard{mutex_};
    policy_ = policy;
  }

  void deliver(const notice_message& x) override {
    std::optional<sink_result> lost;
    {
      std::lock_guard guard{mutex_};
      waiting_.push_back(x);
      if (waiting_.size() > policy_.most_waiting) {
        lost = result_for(waiting_.front(), "queue");
        lost->what = outcome::lost;
        lost->says = "too many messages were waiting: " + clean_text(waiting_.front().line, 120);
        waiting_.pop_front();
      }
    }
    wake_.notify_one();
    if (lost)
      tell(*lost);
  }

private:
  void tell(const sink_result& x) {
    std::function<void(const sink_result&)> listener;
    {
      std::lock_guard guard{mutex_};
      listener = listener_;
    }
    if (listener)
      listener(x);
  }

  void work() {
    name_thread("pm-delivery");
    std::unique_lock lock{mutex_};
    for (;;) {
      wake_.wait(lock, [this] { return is_over_ || !waiting_.empty() || !is_looked_; });
      if (is_over_)
        return;
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
      carry_out(next, policy, places_, is_over_, [this](const sink_result& x) { tell(x); });
      lock.lock();
    }
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
    tell(result);
  }

  const desktop_places places_;
  std::mutex mutex_;
  delivery_policy policy_;
  std::condition_variable wake_;
  std::function<void(const sink_result&)> listener_;
  std::deque<notice_message> waiting_;
  bool is_looked_ = true;
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

} // namespace

void carry_out(const notice_message& x, const delivery_policy& policy, const desktop_places& places,
               const std::atomic<bool>& give_up, const std::function<void(const sink_result&)>& tell) {
  // The user's command first: it may page somebody, and desktops may take seconds.
  if (!policy.command.empty())
    run_the_users_command(x, policy, give_up, tell);
  if (policy.desktop)
    show_on_desktops(x, policy, places, give_up, tell);
}

std::unique_ptr<notice_delivery> start_delivery_thread(const delivery_policy& policy,
                                                  const desktop_places& places) {
  return std::make_unique<delivery_thread>(policy, places);
}

} // namespace pmactor
