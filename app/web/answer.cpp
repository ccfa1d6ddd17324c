#include "app/web/answer.hpp"

namespace pmactor::web {

const route* find_route(const std::vector<route>& all, const std::string& path) {
  const route* result = nullptr;
  for (const auto& x : all) {
    const bool fits =
      x.path == path || (x.path.size() > 1 && x.path.ends_with('/') && path.starts_with(x.path));
    if (fits && (result == nullptr || x.path.size() > result->path.size()))
      result = &x;
  }
  return result;
}

answer plain_answer(int status, const std::string& sentence) {
  answer result;
  result.status = status;
  result.type = "text/plain; charset=utf-8";
  result.body = sentence + '\n';
  return result;
}

std::vector<std::pair<std::string, std::string>> security_headers(const answer& x) {
  return {
    // Widths and colours of bars stand in attributes of style; a script may stand nowhere in a
    // page.
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; "
     "style-src-attr 'unsafe-inline'; connect-src 'self'; img-src 'self'; "
     "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
    {"Cache-Control", x.is_kept ? "private, max-age=3600" : "no-store"},
  };
}

} // namespace pmactor::web
