#include "messages/supervision.hpp"

#include <algorithm>

namespace pmactor {
namespace {

/// What a person reads at once.
constexpr std::size_t most_names = 5;

/// @returns so many of the names at most, and how many there are beyond; for none of them their number.
std::string listed(const std::vector<std::string>& names, std::size_t most) {
  if (most == 0)
    return std::to_string(names.size());
  std::string result;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
    result += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most)
    result += " and " + std::to_string(names.size() - most) + " more";
  return result;
}

/// @param most how many names each list has at most.
std::string described(const reload_result& x, std::size_t most) {
  const auto count = x.changed.size();
  auto result = count == 0 ? std::string{"no setting has changed"}
                           : std::to_string(count) + (count == 1 ? " setting" : " settings") + " changed"
                               + (most == 0 ? std::string{} : " (" + listed(x.changed, most) + ')');
  if (!x.restarted.empty())
    result += "; restarted: " + listed(x.restarted, most);
  if (!x.given_up.empty())
    result += "; given up, as it keeps failing: " + listed(x.given_up, most);
  if (!x.held_up.empty())
    result += "; still to be restarted, once what hangs of it has ended: " + listed(x.held_up, most);
  if (x.restarted.empty() && x.given_up.empty() && x.held_up.empty())
    result += "; nothing had to be restarted";
  return result;
}

} // namespace

std::string to_string(const link_to& x) {
  return "link_to{" + x.role + '}';
}

std::string to_string(const drill& x) {
  return x.how == drill::way::raise ? "drill{raise}" : "drill{quit}";
}

std::string to_string(const stop_all&) {
  return "stop_all{}";
}

std::string to_string(const reload&) {
  return "reload";
}

std::string to_string(const reload_result& x) {
  return described(x, most_names);
}

std::string describe_within(const reload_result& x, std::size_t room) {
  auto most = most_names;
  auto result = described(x, most);
  while (result.size() > room && most > 0)
    result = described(x, --most);
  return result;
}

std::string to_string(const degradation& x) {
  return "degradation{" + std::to_string(x.child) + ", " + std::to_string(x.incarnation) + ", " + x.why + '}';
}

std::string to_string(const fault& x) {
  return "fault{" + x.actor + ": " + x.says + '}';
}

std::string to_string(const fault_list& x) {
  std::string result;
  for (const auto& one : x.all)
    result += (result.empty() ? "" : ", ") + to_string(one);
  return "fault_list{" + result + '}';
}

std::string to_string(const tick& x) {
  return "tick{" + std::to_string(x.armed) + '}';
}

} // namespace pmactor
