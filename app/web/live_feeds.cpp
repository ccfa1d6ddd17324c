#include "app/web/live_feeds.hpp"

#include "app/web/microhttpd.hpp"

#include <algorithm>
#include <cstring>
#include <set>

namespace pmactor::web {
namespace {

/// Renewals after which something is sent anyway, so that both ends know that the other is there.
constexpr unsigned longest_silence = 8;

std::string framed(const std::string& content) {
  return "data: " + content + "\n\n"; // it is JSON, in one line
}

} // namespace

MHD_Response* live_feeds::open(const std::string& view, MHD_Connection* connection) {
  const std::lock_guard guard{mutex_};
  if (is_closed_ || feeds_.size() >= most_)
    return nullptr;
  auto x = std::make_unique<feed>();
  x->all = this;
  x->connection = connection;
  x->view = view;
  x->pending = "retry: 2000\n\n";
  if (const auto last = last_.find(view); last != last_.end())
    x->next = framed(last->second);
  auto* response = mhd().MHD_create_response_from_callback(
    MHD_SIZE_UNKNOWN, 16 * 1024,
    [](void* which, std::uint64_t at, char* to, std::size_t room) -> ssize_t {
      return read(which, at, to, room);
    },
    x.get(), &forget);
  if (response != nullptr) {
    auto* key = x.get();
    feeds_.emplace(key, std::move(x));
  }
  return response;
}

long live_feeds::read(void* which, unsigned long long, char* to, std::size_t room) {
  auto& x = *static_cast<feed*>(which);
  const std::lock_guard guard{x.all->mutex_};
  if (x.sent == x.pending.size()) {
    x.pending = std::move(x.next);
    x.next.clear();
    x.sent = 0;
  }
  if (x.pending.empty()) {
    if (x.all->is_closed_)
      return MHD_CONTENT_READER_END_OF_STREAM;
    mhd().MHD_suspend_connection(x.connection);
    x.is_asleep = true;
    return 0;
  }
  const auto size = std::min(room, x.pending.size() - x.sent);
  std::memcpy(to, x.pending.data() + x.sent, size);
  x.sent += size;
  return static_cast<long>(size);
}

void live_feeds::forget(void* which) {
  auto& x = *static_cast<feed*>(which);
  auto& all = *x.all;
  const std::lock_guard guard{all.mutex_};
  all.feeds_.erase(&x);
}

void live_feeds::wake(feed& x) {
  if (!x.is_asleep)
    return;
  x.is_asleep = false;
  mhd().MHD_resume_connection(x.connection);
}

void live_feeds::renew(const std::function<std::string(const std::string& view)>& content) {
  std::set<std::string> views;
  {
    const std::lock_guard guard{mutex_};
    for (const auto& [key, x] : feeds_)
      views.insert(x->view);
    std::erase_if(last_, [&views](const auto& one) { return views.count(one.first) == 0; });
  }
  for (const auto& view : views) {
    auto found = content(view);
    const std::lock_guard guard{mutex_};
    auto& last = last_[view];
    const bool is_new = found != last;
    last = std::move(found);
    for (const auto& [key, x] : feeds_) {
      if (x->view != view)
        continue;
      ++x->silent;
      if (!is_new && x->silent < longest_silence)
        continue;
      x->silent = 0;
      x->next = is_new || x->next.empty() ? framed(last) : x->next;
      wake(*x);
    }
  }
}

void live_feeds::close() {
  const std::lock_guard guard{mutex_};
  is_closed_ = true;
  for (const auto& [key, x] : feeds_)
    wake(*x);
}

} // namespace pmactor::web
