#include "actors/host/post_http.hpp"

#include "actors/host/owned_descriptor.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <curl/curl.h>
#include <dlfcn.h>
#include <memory>
#include <string_view>
#include <sys/socket.h>

namespace pmactor {
namespace {

constexpr std::size_t most_body = 4096;
constexpr std::size_t most_answer = 1 << 20; ///< What is longer is given up.

#ifdef __APPLE__
constexpr const char* library = "libcurl.4.dylib";
#else
constexpr const char* library = "libcurl.so.4";
#endif

/// What is used of libcurl. Stays loaded.
struct curl_library {
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;
  std::string problem; ///< Why it cannot be used; empty if it can.
};

template <class F>
bool load(void* handle, const char* name, F& function) {
  function = reinterpret_cast<F>(::dlsym(handle, name));
  return function != nullptr;
}

curl_library load_curl() {
  curl_library x;
  auto* handle = ::dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    x.problem = std::string{"libcurl cannot be loaded ("} + ::dlerror() + "); install it (Debian: libcurl4)";
    return x;
  }
  const bool is_whole
    = load(handle, "curl_global_init", x.global_init) && load(handle, "curl_easy_init", x.easy_init)
      && load(handle, "curl_easy_setopt", x.easy_setopt) && load(handle, "curl_easy_perform", x.easy_perform)
      && load(handle, "curl_easy_getinfo", x.easy_getinfo) && load(handle, "curl_easy_cleanup", x.easy_cleanup)
      && load(handle, "curl_easy_strerror", x.easy_strerror) && load(handle, "curl_slist_append", x.slist_append)
      && load(handle, "curl_slist_free_all", x.slist_free_all);
  if (!is_whole || x.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    x.problem = "the libcurl of this machine is none that pmactor knows";
  return x;
}

const curl_library& curl() {
  static const auto loaded = load_curl();
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
              return a == std::tolower(static_cast<unsigned char>(b));
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
  if (!api.problem.empty()) {
    result.problem = api.problem;
    return result;
  }
  const std::unique_ptr<CURL, decltype(api.easy_cleanup)> handle{api.easy_init(), api.easy_cleanup};
  if (!handle) {
    result.problem = "there is no memory for a request";
    return result;
  }
  std::unique_ptr<curl_slist, decltype(api.slist_free_all)> headers{nullptr, api.slist_free_all};
  const auto add_header = [&](const std::string& header) {
    if (auto* longer = api.slist_append(headers.get(), header.c_str())) {
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
  const auto set = [&](CURLoption option, auto value) { api.easy_setopt(handle.get(), option, value); };
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
  const auto code = api.easy_perform(handle.get());
  if (code != CURLE_OK) {
    result.problem = problem[0] != '\0' ? static_cast<const char*>(problem) : api.easy_strerror(code);
    if (is_kept_from_network()) // then what libcurl says misleads: "could not resolve host"
      result.problem = "the service may not use the network, as no address was set when it was "
                       "installed; run `pmactor "
                       "install` again";
    return result;
  }
  long status = 0;
  api.easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  result.status = static_cast<int>(status);
  result.body = std::move(body.begin);
  curl_off_t after = 0;
  if (api.easy_getinfo(handle.get(), CURLINFO_RETRY_AFTER, &after) == CURLE_OK && after > 0)
    result.retry_after = std::chrono::seconds{after};
  return result;
}

} // namespace pmactor
