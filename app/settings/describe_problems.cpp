#include "app/settings/describe_problems.hpp"

#include "messages/utf8.hpp"

#include <algorithm>

namespace pmactor {
namespace {

/// @returns a line about so many that are left out; empty for none.
std::string rest_in_words(std::size_t count) {
  return count == 0 ? std::string{} : "\nand " + std::to_string(count) + " more; see `pmactor logs`";
}

} // namespace

std::string describe_problems(const std::vector<std::string>& problems, std::size_t room) {
  std::string result;
  for (std::size_t i = 0; i < problems.size(); ++i) {
    auto line = problems[i];
    std::replace(line.begin(), line.end(), '\n', ' '); // else it would pass for several
    const auto reserved = rest_in_words(problems.size() - i - 1).size();
    if (i == 0) // whatever its length: one is better than none
      line.resize(cut_text(line, room - std::min(room, reserved)).size());
    else if (result.size() + 1 + line.size() + reserved > room)
      return result + rest_in_words(problems.size() - i);
    result += (i == 0 ? "" : "\n") + line;
  }
  return result;
}

} // namespace pmactor
