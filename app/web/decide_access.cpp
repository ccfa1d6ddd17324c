#include "app/web/decide_access.hpp"

#include "messages/lowered.hpp"
#include "messages/trimmed.hpp"

#include <algorithm>
#include <cctype>

namespace pmactor::web {
namespace {

constexpr std::size_t longest_path = 256, most_parameters = 32;

/// @returns what a header says, without the blanks that HTTP allows around it.
std::string_view value_of(std::string_view header) {
  return trimmed(header, " \t");
}

bool is_digits(std::string_view text) {
  return !text.empty()
         && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// @returns the name or address in a header `Host`, without its port; nothing if it is none.
std::optional<std::string> host_in(std::string_view value) {
  std::string_view host = value;
  std::string_view port;
  if (value.starts_with('[')) {
    const auto end = value.find(']');
    if (end == value.npos)
      return std::nullopt;
    host = value.substr(1, end - 1);
    port = value.substr(end + 1);
    if (host.empty() || host.find_first_not_of("0123456789abcdefABCDEF:.") != host.npos)
      return std::nullopt;
  } else {
    const auto colon = value.find(':');
    host = value.substr(0, colon);
    port = colon == value.npos ? std::string_view{} : value.substr(colon);
    const bool plain = !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
    });
    if (!plain)
      return std::nullopt;
  }
  if (!port.empty()
      && (port.front() != ':'
          || (port.size() > 1 && (!is_digits(port.substr(1)) || port.size() > 6))))
    return std::nullopt;
  return lowered(host);
}

bool is_address(std::string_view host) {
  return host.find(':') != host.npos || host.find_first_not_of("0123456789.") == host.npos;
}

/// A name that any owner of a domain may point at us is none of ours: a page elsewhere could read all by it (DNS
/// rebinding). An address cannot be pointed anywhere.
bool is_our_name(const std::string& host, const access_policy& policy) {
  if (host == "localhost" || is_own_address(host))
    return true;
  if (std::find(policy.names.begin(), policy.names.end(), host) != policy.names.end())
    return true;
  return policy.is_remote && is_address(host);
}

std::size_t count_of(const request& x, std::string_view name) {
  return static_cast<std::size_t>(std::count_if(
    x.headers.begin(), x.headers.end(), [name](const auto& one) { return one.first == name; }));
}

bool has_token(const request& x, const access_policy& policy) {
  if (const auto header = x.header("authorization")) {
    constexpr std::string_view scheme = "bearer ";
    if (header->size() > scheme.size()
        && lowered(std::string_view{*header}.substr(0, scheme.size())) == scheme
        && equal_in_constant_time(value_of(std::string_view{*header}.substr(scheme.size())),
                                  policy.token))
      return true;
  }
  if (const auto header = x.header("cookie"))
    if (const auto value = cookie_in(*header, session_cookie))
      return equal_in_constant_time(*value, policy.session);
  return false;
}

} // namespace

std::optional<std::string> request::parameter(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name)
      return value;
  return std::nullopt;
}

std::optional<std::string> request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name)
      return value;
  return std::nullopt;
}

access_decision decide_access(const request& x, const access_policy& policy) {
  const auto refuse = [](int status, const char* why) {
    return access_decision{access::refused, status, why};
  };
  if (x.method != "GET" && x.method != "HEAD")
    return refuse(405, "This server only shows; it knows GET and HEAD.");
  // The end of a body could be taken for another request (request smuggling).
  if (count_of(x, "transfer-encoding") > 0 || count_of(x, "upgrade") > 0)
    return refuse(400, "This server takes no body.");
  for (const auto& [name, value] : x.headers)
    if (name == "content-length" && value_of(value) != "0")
      return refuse(400, "This server takes no body.");
  if (count_of(x, "content-length") > 1 || count_of(x, "host") != 1)
    return refuse(400, "A request names its host once.");
  if (x.path.empty() || x.path.front() != '/' || x.path.size() > longest_path)
    return refuse(400, "This is no path of this server.");
  const auto host = host_in(value_of(x.header("host").value_or("")));
  if (!host || !is_our_name(*host, policy))
    return refuse(
      421,
      "This server is not known by that name; ask for it by its address, or name it with --name.");
  // A page of another site may lead here, but may not load anything from here.
  const auto site = x.header("sec-fetch-site");
  if ((site == "cross-site" || site == "same-site") && x.header("sec-fetch-mode") != "navigate")
    return refuse(403, "Another site has no business here.");
  if (policy.token.empty())
    return {access::granted, 200, {}};
  if (x.path == login_path)
    if (const auto given = x.parameter("token")) {
      if (equal_in_constant_time(value_of(*given), policy.token))
        return {access::login, 303, {}};
      return refuse(403, "This is not the token.");
    }
  if (has_token(x, policy))
    return {access::granted, 200, {}};
  return refuse(401, "Who asks must have the token.");
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  // The length of a token is no secret.
  if (a.size() != b.size())
    return false;
  unsigned different = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    different |=
      static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
  return different == 0 && !a.empty();
}

std::optional<std::string> cookie_in(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = std::min(header.find(';'), header.size());
    const auto one = value_of(header.substr(0, end));
    if (const auto sign = one.find('='); sign != one.npos && one.substr(0, sign) == name)
      return std::string{one.substr(sign + 1)};
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return std::nullopt;
}

std::optional<std::string> decoded(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? digit(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+') {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return std::nullopt;
    result += c;
  }
  return result;
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> result;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (one.empty())
      continue;
    const auto sign = std::min(one.find('='), one.size());
    auto name = decoded(one.substr(0, sign));
    auto value = decoded(one.substr(std::min(sign + 1, one.size())));
    if (!name || !value || result.size() == most_parameters)
      return std::nullopt;
    result.emplace_back(std::move(*name), std::move(*value));
  }
  return result;
}

bool is_own_address(std::string_view host) {
  if (host == "::1" || host == "0:0:0:0:0:0:0:1")
    return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos
         && std::count(host.begin(), host.end(), '.') == 3;
}

} // namespace pmactor::web
