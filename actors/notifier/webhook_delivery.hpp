// Brings messages to the webhook on a thread of its own, in order, and tries again what it does not take.
#pragma once

#include "actors/notifier/notice_delivery.hpp"

#include <functional>
#include <memory>

namespace pmactor {

/// Sends the message right here. @param is_over as post_http() has it.
sink_result post_to_webhook(const notice_message& x, const webhook_policy& policy, const std::function<bool()>& is_over);

class webhook_delivery {
public:
  /// Its thread starts with the first message. @param report is called there; must not block.
  explicit webhook_delivery(std::function<void(const sink_result&)> report);
  /// Ends what is under way, and waits for that, but not for long; messages that waited are lost, which is logged.
  ~webhook_delivery();
  webhook_delivery(const webhook_delivery&) = delete;
  webhook_delivery& operator=(const webhook_delivery&) = delete;

  /// Never waits. From any thread. @param most_waiting beyond it the oldest is lost, and said to be.
  void deliver(const notice_message& x, const webhook_policy& policy, std::size_t most_waiting);

private:
  class work;
  std::shared_ptr<work> work_;
};

} // namespace pmactor
