// The DELIVERY as the NOTIFIER knows it: takes messages, carries them to the desktop and to the user's
// command, and says what became of each. No caller ever waits for it. Tests put a stand-in in its place.
#pragma once

#include "actors/notifier/compose_notice.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pmactor {

/// `[notifications.webhook]` in the settings.
struct webhook_policy {
  std::string url; ///< Empty for none.
  std::vector<std::string> headers; ///< "Name: value".
  std::string body; ///< See fill_template(); empty for the facts as JSON.
  friend bool operator==(const webhook_policy&, const webhook_policy&) = default;
};

/// `[notifications]` in the settings: how people are notified.
struct delivery_policy {
  bool desktop = true;
  bool sound = true;
  bool log = true;
  std::vector<std::string> command; ///< And its arguments; empty for none.
  std::chrono::nanoseconds command_timeout = std::chrono::seconds{10};
  webhook_policy webhook;
  std::vector<std::string> labels; ///< `[host] labels`
  std::size_t most_waiting = 16; ///< Messages; beyond it the oldest is lost, and said to be.
  friend bool operator==(const delivery_policy&, const delivery_policy&) = default;
};

/// What became of a message at one sink, or what a sink is like.
struct sink_result {
  enum class outcome : std::uint8_t {
    delivered,
    failed,      ///< It was tried.
    unavailable, ///< There is no such sink here: no desktop, no notify-send.
    lost,        ///< It never came so far, as too many were waiting.
  };
  std::uint64_t number = 0; ///< Of the message; 0 if it is about the sink as such.
  notice_kind kind = notice_kind::pause;
  std::string sink; ///< "desktop", "command"
  outcome what = outcome::delivered;
  std::string says; ///< Why, and what to do; clean and short.
  bool is_remedied = false; ///< The user can do something about it, as *says* explains.
  friend bool operator==(const sink_result&, const sink_result&) = default;
};
std::string to_string(const sink_result& x); ///< "desktop: shown to ann"

class notice_delivery {
public:
  notice_delivery() = default;
  notice_delivery(const notice_delivery&) = delete;
  notice_delivery& operator=(const notice_delivery&) = delete;
  virtual ~notice_delivery() = default;

  /// From now on reports results to this listener, on a thread of the delivery's own. It must not block.
  virtual void listen(std::function<void(const sink_result&)> listener) = 0;
  /// From now on messages go out by this policy.
  virtual void follow(const delivery_policy& policy) = 0;
  /// Never waits. From any thread.
  virtual void deliver(const notice_message& x) = 0;
};

using open_delivery = std::function<std::unique_ptr<notice_delivery>(const delivery_policy&)>;

} // namespace pmactor
