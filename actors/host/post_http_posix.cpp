#include "actors/host/post_http.hpp"

#include "actors/host/late_library.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "messages/lowered.hpp"

#include <algorithm>
#include <cerrno>
#include <curl/curl.h>
#include <memory>
#include <string_view>
#include <sys/socket.h>

namespace pmactor {
namespace {

constexpr std::size_t most_body = 4096;
constexpr std::size_t most_answer = 1 << 20; ///< What is longer is given up.

struct curl_library : late_library {
  curl_library() : late_library{{"libcurl", "libcurl.so.4", "libcurl.4.dylib", "libcurl4", "curl"}} {
  }
  PMACTOR_LATE(curl_easy_cleanup);
  PMACTOR_LATE(curl_easy_getinfo);
  PMACTOR_LATE(curl_easy_init);
  PMACTOR_LATE(curl_easy_perform);
  PMACTOR_LATE(curl_easy_setopt);
  PMACTOR_LATE(curl_easy_strerror);
  PMACTOR_LATE(curl_global_init);
  PMACTOR_LATE(curl_slist_append);
  PMACTOR_LATE(curl_slist_free_all);
  /// Once in a process, before all else.
  bool is_ready = problem().empty() && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
};

const curl_library& curl() {
  static const curl_library loaded;
  return loaded;
}

struct answer_body {
  std::string begin;
  std::size_t size = 0;
};

std::size_t take_body(const char* data, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<answer_body*>(into);
  const auto bytes = size * count;
  body.size += bytes;
  if (body.begin.size() < most_body)
    body.begin.append(data, std::min(bytes, most_body - body.begin.size()));
  return body.size > most_answer ? 0 : bytes; // 0 ends it
}

bool is_content_type(const std::string& header) {
  constexpr std::string_view name = "content-type:";
  return header.size() >= name.size()
         && std::equal(name.begin(), name.end(), header.begin(), [](char a, char b) {
              return a == lowered(b);
            });
}

/// @returns whether this process may open no connection at all, as RestrictAddressFamilies= of its
/// unit has it.
bool is_kept_from_network() {
#ifdef __linux__
  const owned_descriptor probe{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  return probe.get() < 0 && (errno == EAFNOSUPPORT || errno == EPERM || errno == EACCES);
#else
  return false;
#endif
}

int ask_whether_over(void* is_over, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(is_over))() ? 1 : 0;
}

} // namespace

http_answer post_http(const http_request& x, const std::function<bool()>& is_over) {
  http_answer result;
  const auto& api = curl();
  if (!api.is_ready) {
    result.problem = api.problem().empty() ? "libcurl cannot be made ready" : api.problem();
    return result;
  }
  const std::unique_ptr<CURL, decltype(api.curl_easy_cleanup)> handle{api.curl_easy_init(), api.curl_easy_cleanup};
  if (!handle) {
    result.problem = "there is no memory for a request";
    return result;
  }
  std::unique_ptr<curl_slist, decltype(api.curl_slist_free_all)> headers{nullptr, api.curl_slist_free_all};
  const auto add_header = [&](const std::string& header) {
    if (auto* longer = api.curl_slist_append(headers.get(), header.c_str())) {
      (void)headers.release(); // it is the front of the longer one
      headers.reset(longer);
    }
  };
  add_header("Expect:"); // no round trip before the body
  if (std::none_of(x.headers.begin(), x.headers.end(), is_content_type))
    add_header("Content-Type: application/json");
  for (const auto& header : x.headers)
    add_header(header);
  answer_body body;
  char problem[CURL_ERROR_SIZE] = "";
  const auto set = [&](CURLoption option, auto value) { api.curl_easy_setopt(handle.get(), option, value); };
  set(CURLOPT_URL, x.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_POST, 1L);
  set(CURLOPT_POSTFIELDS, x.body.data());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(x.body.size()));
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_USERAGENT, "pmactor");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS,
      std::max(1L, static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(x.timeout).count())));
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(problem));
  set(CURLOPT_WRITEFUNCTION, &take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&body));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &ask_whether_over);
  set(CURLOPT_XFERINFODATA, const_cast<void*>(static_cast<const void*>(&is_over)));
  if (!x.ca_file.empty())
    set(CURLOPT_CAINFO, x.ca_file.c_str());
  if (!x.certificate_file.empty())
    set(CURLOPT_SSLCERT, x.certificate_file.c_str());
  if (!x.key_file.empty())
    set(CURLOPT_SSLKEY, x.key_file.c_str());
  const auto code = api.curl_easy_perform(handle.get());
  if (code != CURLE_OK) {
    result.problem = problem[0] != '\0' ? static_cast<const char*>(problem) : api.curl_easy_strerror(code);
    if (is_kept_from_network()) // then what libcurl says misleads: "could not resolve host"
      result.problem = "the service may not use the network, as no address was set when it was "
                       "installed; run `pmactor "
                       "install` again";
    return result;
  }
  long status = 0;
  api.curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  result.status = static_cast<int>(status);
  result.body = std::move(body.begin);
  curl_off_t after = 0;
  if (api.curl_easy_getinfo(handle.get(), CURLINFO_RETRY_AFTER, &after) == CURLE_OK && after > 0)
    result.retry_after = std::chrono::seconds{after};
  return result;
}

} // namespace pmactor
