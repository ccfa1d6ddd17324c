#include "app/export/host_labels.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace pmactor {
namespace {

constexpr std::size_t longest_value = 64, longest_name = 32;

/// What stands beside them in metrics, or is set by those who scrape.
constexpr std::array<std::string_view, 7> taken = {"host", "machine_id", "boot_id", "instance", "job", "le", "version"};

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && text.size() <= longest_name && is_letter(text.front()) && !text.starts_with("__")
         && std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

/// @returns what is wrong with one of them; empty if nothing is.
std::string problem_of(const std::string& label) {
  const auto sign = label.find('=');
  const auto name = label.substr(0, sign);
  if (sign == std::string::npos || !is_name(name))
    return "must be of the form NAME=VALUE, with a name of letters, digits and _ that begins with a letter";
  if (std::find(taken.begin(), taken.end(), name) != taken.end())
    return "has a name that is taken";
  const auto size = label.size() - sign - 1;
  if (size == 0 || size > longest_value)
    return "must have a value of 1 to " + std::to_string(longest_value) + " bytes";
  return {};
}

} // namespace

std::string check_host_labels(const std::vector<std::string>& labels) {
  std::vector<std::string> names;
  for (const auto& x : labels) {
    const auto shown = '"' + x.substr(0, 80) + '"';
    if (const auto problem = problem_of(x); !problem.empty())
      return "holds " + shown + ", which " + problem + '.';
    const auto name = x.substr(0, x.find('='));
    if (std::find(names.begin(), names.end(), name) != names.end())
      return "holds " + shown + ", whose name is there twice.";
    names.push_back(name);
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> parse_host_labels(const std::vector<std::string>& labels) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& x : labels)
    if (problem_of(x).empty() && result.size() < most_host_labels)
      result.emplace_back(x.substr(0, x.find('=')), x.substr(x.find('=') + 1));
  return result;
}

} // namespace pmactor
