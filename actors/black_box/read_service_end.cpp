#include "actors/black_box/read_service_end.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace pmactor {
namespace {

bool contains(std::string_view text, std::string_view what) {
  return text.find(what) != text.npos;
}

/// @returns the letters and digits from there on.
std::string word_at(std::string_view text, std::size_t at) {
  const auto rest = text.substr(std::min(at, text.size()));
  const auto end =
    std::find_if(rest.begin(), rest.end(), [](unsigned char c) { return std::isalnum(c) == 0; });
  return {rest.begin(), end};
}

} // namespace

std::optional<service_end> read_service_end(std::string_view result) {
  if (contains(result, "oom-kill"))
    return service_end{service_end::how::oom_killed, "SIGKILL"};
  constexpr std::string_view status = "status=";
  const auto at = result.find(status);
  if (at == result.npos)
    return std::nullopt;
  const auto code = word_at(result, at + status.size());
  if (contains(result, "code=exited"))
    // 3 is our own: it was asked to end, and lost something by that.
    return service_end{
      code == "0" || code == "3" ? service_end::how::ended : service_end::how::failed, code};
  if (!contains(result, "code=killed") && !contains(result, "code=dumped"))
    return std::nullopt;
  const auto slash = result.find('/', at);
  const auto name = slash == result.npos ? std::string{} : word_at(result, slash + 1);
  if (name.empty())
    return std::nullopt;
  constexpr std::array asks{"TERM", "INT", "HUP"};
  const bool is_asked = std::find(asks.begin(), asks.end(), name) != asks.end();
  return service_end{name == "KILL" ? service_end::how::killed
                     : is_asked     ? service_end::how::ended
                                    : service_end::how::crashed,
                     "SIG" + name};
}

} // namespace pmactor
