// The pages that are open and live: each is a response that never ends (server-sent events). A feed
// that is slow to read gets only the newest; none holds up another, and their number is bounded.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

struct MHD_Connection;
struct MHD_Response;

namespace pmactor::web {

class live_feeds {
public:
  explicit live_feeds(std::size_t most) : most_{most} {
  }

  /// @returns a response that lives until the feeds are closed or the client leaves; null if there
  /// are too many.
  MHD_Response* open(const std::string& view, MHD_Connection* connection);

  /// Asks for each view that is open, once, and passes on what has changed. From one thread.
  void renew(const std::function<std::string(const std::string& view)>& content);

  /// Ends all. None is opened from here on.
  void close();

private:
  struct feed {
    live_feeds* all = nullptr;
    MHD_Connection* connection = nullptr;
    std::string view;
    std::string pending; ///< What is being sent.
    std::size_t sent = 0;
    std::string next; ///< What is sent after it.
    bool is_asleep = false;
    unsigned silent = 0; ///< Renewals since something was sent.
  };

  static long read(void* which, unsigned long long, char* to, std::size_t room);
  static void forget(void* which);
  void wake(feed& x);

  const std::size_t most_;
  std::mutex mutex_; ///< Of all that follows.
  bool is_closed_ = false;
  std::map<feed*, std::unique_ptr<feed>> feeds_;
  std::map<std::string, std::string> last_; ///< By view.
};

} // namespace pmactor::web
