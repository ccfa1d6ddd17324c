// Decides whether a request is answered at all, before anything is looked up for it. Pure. Whatever
// comes in is foreign.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pmactor::web {

/// A request as it came, without a body: there is none that we would read.
struct request {
  std::string method;
  std::string path;                                         ///< As sent, not decoded.
  std::vector<std::pair<std::string, std::string>> query;   ///< Decoded.
  std::vector<std::pair<std::string, std::string>> headers; ///< Names in lower case.

  /// @returns the value of the first one with this name.
  std::optional<std::string> parameter(std::string_view name) const;
  std::optional<std::string> header(std::string_view name) const;
};

/// Who may ask.
struct access_policy {
  /// The names by which the server is reached, beside this machine's own; in lower case, without a
  /// port.
  std::vector<std::string> names;
  bool is_remote = false; ///< It listens on an address that is not this machine's own.
  std::string token;      ///< Empty if none is asked for.
  std::string session;    ///< The value of the login cookie. Not empty if there is a token.
};

enum class access : std::uint8_t {
  granted,
  login, ///< The token was right: set the cookie and go to the first page.
  refused,
};

struct access_decision {
  access what = access::refused;
  int status = 400;
  std::string why; ///< A sentence.
};

inline constexpr std::string_view session_cookie = "pmactor";
inline constexpr std::string_view login_path = "/login";

access_decision decide_access(const request& x, const access_policy& policy);

/// @returns whether both are the same; takes as long for any two texts of these lengths.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// @returns the value of a cookie in the header `Cookie`.
std::optional<std::string> cookie_in(std::string_view header, std::string_view name);

/// @returns the text with %XX and + decoded; nothing if it is no text: a control character, half an
/// escape.
std::optional<std::string> decoded(std::string_view text);

/// @returns the parameters of a query, 32 at most; nothing if one of them cannot be decoded.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view text);

/// Whether the address is of this machine alone: 127.0.0.0/8 or ::1.
bool is_own_address(std::string_view host);

} // namespace pmactor::web
