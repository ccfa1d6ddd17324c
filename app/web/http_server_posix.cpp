#include "app/web/http_server.hpp"

#include "actors/host/read_clock.hpp"
#include "app/web/live_feeds.hpp"
#include "app/web/microhttpd.hpp"
#include "messages/lowered.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <stdexcept>
#include <sys/socket.h>

namespace pmactor::web {
namespace {

using std::chrono::nanoseconds;

/// What a connection is at, and since when.
struct connection_watch {
  enum class stage { asking, answered, feed };
  int socket = -1;
  stage at = stage::asking;
  nanoseconds since{};
};

constexpr std::size_t most_headers = 100;
constexpr std::size_t most_in_flight = std::size_t{96}
                                       << 20;    ///< Bytes of all answers that are being sent.
constexpr std::chrono::seconds answer_time{120}; ///< For an answer to be taken.

/// An answer while it is being sent.
struct sent_body {
  std::string text;
  std::atomic<std::size_t>& in_flight;
};

void forget_body(void* x) {
  auto* body = static_cast<sent_body*>(x);
  body->in_flight -= body->text.size();
  delete body;
}

MHD_Result add_header(void* to, MHD_ValueKind, const char* name, const char* value) {
  auto& headers = static_cast<request*>(to)->headers;
  headers.emplace_back(lowered(name), value != nullptr ? value : "");
  return headers.size() < most_headers ? MHD_YES : MHD_NO;
}

/// Puts a query together again that the library has taken apart.
MHD_Result add_parameter(void* to, MHD_ValueKind, const char* name, const char* value) {
  auto& text = *static_cast<std::string*>(to);
  text += (text.empty() ? "" : "&") + std::string{name} + '=' + (value != nullptr ? value : "");
  return MHD_YES;
}

/// Paths and queries come as they were sent; we decode what we understand of them.
std::size_t leave_as_it_is(void*, struct MHD_Connection*, char* text) {
  return std::strlen(text);
}

} // namespace

struct http_server::parts {
  site& pages;
  const server_settings settings;
  live_feeds feeds;
  std::vector<owned_descriptor> listening;
  std::vector<MHD_Daemon*> daemons;
  mutable std::mutex watching; ///< Of what follows.
  std::map<MHD_Connection*, connection_watch> watched;
  std::atomic<std::size_t> in_flight{0};
  nanoseconds last_seen = read_clock(awake_clock);

  parts(site& x, server_settings given)
    : pages{x}, settings{std::move(given)}, feeds{settings.limits.feeds} {
  }

  MHD_Result send(MHD_Connection* connection, answer x) {
    if (in_flight + x.body.size() > most_in_flight)
      x = plain_answer(503, "Others are loading much just now; try again in a minute.");
    in_flight += x.body.size();
    auto* body = new sent_body{std::move(x.body), in_flight};
    auto* response = mhd().MHD_create_response_from_buffer_with_free_callback_cls(
      body->text.size(), body->text.data(), &forget_body, body);
    if (response == nullptr) {
      forget_body(body);
      return MHD_NO;
    }
    mhd().MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, x.type.c_str());
    return queue(connection, response, x);
  }

  MHD_Result queue(MHD_Connection* connection, MHD_Response* response, const answer& x) {
    for (const auto& [name, value] : security_headers(x))
      mhd().MHD_add_response_header(response, name.c_str(), value.c_str());
    if (!settings.certificate.empty())
      mhd().MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
    for (const auto& [name, value] : x.headers)
      mhd().MHD_add_response_header(response, name.c_str(), value.c_str());
    if (x.status == 405)
      mhd().MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    // After what we do not understand nothing that follows can be trusted to be a request.
    if (x.status >= 400)
      mhd().MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    const auto result = mhd().MHD_queue_response(connection, static_cast<unsigned>(x.status), response);
    mhd().MHD_destroy_response(response);
    return result;
  }

  MHD_Result feed(MHD_Connection* connection, const request& x) {
    const auto view = x.parameter("view").value_or("");
    if (view != "now" && view != "actors")
      return send(connection, plain_answer(404, "There is no such feed."));
    auto* response = feeds.open(view, connection);
    if (response == nullptr)
      return send(connection, plain_answer(503, "Too many pages are open that live; close one."));
    set_stage(connection, connection_watch::stage::feed);
    answer head;
    head.headers.emplace_back(MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
    head.headers.emplace_back("X-Accel-Buffering", "no");
    return queue(connection, response, head);
  }

  answer answer_to(const request& x) {
    const auto decision = decide_access(x, settings.access);
    if (decision.what == access::login) {
      auto result = plain_answer(303, "Welcome.");
      const bool is_secure = !settings.certificate.empty() || settings.is_behind_tls;
      result.headers.emplace_back(MHD_HTTP_HEADER_LOCATION, "/");
      result.headers.emplace_back(MHD_HTTP_HEADER_SET_COOKIE,
                                  std::string{session_cookie} + '=' + settings.access.session
                                    + "; Path=/; HttpOnly; SameSite=Strict"
                                    + (is_secure ? "; Secure" : ""));
      return result;
    }
    if (decision.what == access::refused) {
      auto result = plain_answer(decision.status, decision.why);
      if (decision.status != 401)
        return result;
      result.headers.emplace_back(MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer realm=\"pmactor\"");
      if (x.path == "/assets/page.css" || x.path == "/assets/icon.svg")
        return pages.respond(x); // what the page for logging in looks like is no secret
      if (x.header("accept").value_or("").find("text/html") != std::string::npos) {
        result.type = "text/html; charset=utf-8";
        result.body = login_page();
      }
      return result;
    }
    return pages.respond(x);
  }

  MHD_Result take(MHD_Connection* connection, const char* path, const char* method, void** state) {
    request x;
    x.method = method;
    x.path = path;
    mhd().MHD_get_connection_values(connection, MHD_HEADER_KIND, &add_header, &x);
    std::string text;
    mhd().MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, &add_parameter, &text);
    auto query = parse_query(text);
    if (query)
      x.query = std::move(*query);
    if (*state == nullptr) {
      // The headers are complete. What is refused is so now, before a body is read, and its
      // connection ends; a client that asks for what it may is heard again at once, and its
      // connection stays.
      *state = this;
      set_stage(connection, connection_watch::stage::answered);
      if (!query || x.headers.size() >= most_headers)
        return send(connection, plain_answer(400, "This request cannot be read."));
      const auto decision = decide_access(x, settings.access);
      return decision.what == access::refused ? send(connection, answer_to(x)) : MHD_YES;
    }
    if (x.path == "/live" && x.method == "GET"
        && decide_access(x, settings.access).what == access::granted)
      return feed(connection, x);
    return send(connection, answer_to(x));
  }

  void set_stage(MHD_Connection* connection, connection_watch::stage stage) {
    const std::lock_guard guard{watching};
    if (const auto found = watched.find(connection); found != watched.end()) {
      found->second.at = stage;
      found->second.since = read_clock(awake_clock);
    }
  }

  // ---- what the library calls -------------------------------------------------------------------

  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* path,
                               const char* method, const char*, const char*, std::size_t* size,
                               void** state) {
    if (*size > 0)
      return MHD_NO; // a body all the same
    try {
      return static_cast<parts*>(self)->take(connection, path, method, state);
    } catch (const std::exception&) {
      return MHD_NO; // no memory: this one connection ends
    }
  }

  static void on_completed(void* self, MHD_Connection* connection, void**,
                           MHD_RequestTerminationCode) {
    static_cast<parts*>(self)->set_stage(connection, connection_watch::stage::asking);
  }

  static void on_connection(void* self, MHD_Connection* connection, void**,
                            MHD_ConnectionNotificationCode code) {
    auto& x = *static_cast<parts*>(self);
    const std::lock_guard guard{x.watching};
    x.last_seen = read_clock(awake_clock);
    if (code != MHD_CONNECTION_NOTIFY_STARTED) {
      x.watched.erase(connection);
      return;
    }
    const auto* info = mhd().MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    x.watched[connection] = {info != nullptr ? info->connect_fd : -1,
                             connection_watch::stage::asking, x.last_seen};
  }
};

http_server::http_server(site& pages, server_settings settings,
                         std::vector<owned_descriptor> listening)
  : parts_{std::make_unique<parts>(pages, std::move(settings))} {
  auto& x = *parts_;
  const auto& limits = x.settings.limits;
  x.listening = std::move(listening);
  unsigned flags = MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME;
  std::vector<MHD_OptionItem> secure;
  if (!x.settings.certificate.empty()) {
    flags |= MHD_USE_TLS;
    secure = {{MHD_OPTION_HTTPS_MEM_KEY, 0, const_cast<char*>(x.settings.key.c_str())},
              {MHD_OPTION_HTTPS_MEM_CERT, 0, const_cast<char*>(x.settings.certificate.c_str())},
              {MHD_OPTION_HTTPS_PRIORITIES, 0,
               const_cast<char*>("SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2")}};
  }
  secure.push_back({MHD_OPTION_END, 0, nullptr});
  for (const auto& socket : x.listening) {
    auto* daemon = mhd().MHD_start_daemon(
      flags, 0, nullptr, nullptr, &parts::on_request, &x, MHD_OPTION_LISTEN_SOCKET,
      ::fcntl(socket.get(), F_DUPFD_CLOEXEC, 3), // the library closes it

      MHD_OPTION_NOTIFY_COMPLETED, &parts::on_completed, &x, MHD_OPTION_NOTIFY_CONNECTION,
      &parts::on_connection, &x, MHD_OPTION_UNESCAPE_CALLBACK, &leave_as_it_is, nullptr,
      MHD_OPTION_CONNECTION_LIMIT, limits.connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      limits.request_bytes * 2, MHD_OPTION_CONNECTION_MEMORY_INCREMENT, std::size_t{1024},
      MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned>(limits.request_time.count()),
      MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY, secure.data(), MHD_OPTION_END);
    if (daemon == nullptr) {
      for (auto* one : x.daemons)
        mhd().MHD_stop_daemon(one);
      throw std::runtime_error(
        x.settings.certificate.empty()
          ? "Cannot serve: the system gives no thread for it. Try again when there is less going "
            "on."
          : "Cannot serve by TLS: the certificate and its key do not fit together, or are no PEM.");
    }
    x.daemons.push_back(daemon);
  }
}

http_server::~http_server() {
  parts_->feeds.close();
  for (auto* daemon : parts_->daemons)
    mhd().MHD_stop_daemon(daemon);
}

void http_server::tend() {
  auto& x = *parts_;
  x.feeds.renew([&x](const std::string& view) { return x.pages.live(view); });
  const auto now = read_clock(awake_clock);
  const std::lock_guard guard{x.watching};
  if (!x.watched.empty())
    x.last_seen = now;
  // A client may send or take a byte now and then, so that it is never idle and never done.
  for (auto& [connection, one] : x.watched) {
    using stage = connection_watch::stage;
    const nanoseconds limit =
      one.at == stage::asking ? x.settings.limits.request_time : answer_time;
    if (one.at != stage::feed && one.socket >= 0 && now - one.since > limit)
      ::shutdown(one.socket, SHUT_RDWR);
  }
}

std::chrono::nanoseconds http_server::idle() const {
  const std::lock_guard guard{parts_->watching};
  return parts_->watched.empty() ? read_clock(awake_clock) - parts_->last_seen : nanoseconds{};
}

} // namespace pmactor::web
