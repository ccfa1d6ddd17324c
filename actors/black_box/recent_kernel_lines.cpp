#include "actors/black_box/recent_kernel_lines.hpp"

#include "messages/quote.hpp"
#include "messages/utf8.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kept = std::chrono::seconds{60};
constexpr int warning = 4;

} // namespace

void recent_kernel_lines::add(const kernel_line& x) {
  if (x.facility != 0 || x.text.empty())
    return;
  lines_.push_back(x);
  if (lines_.size() <= most)
    return;
  const auto lesser = std::find_if(lines_.begin(), lines_.end(),
                                   [](const kernel_line& y) { return y.priority > warning; });
  lines_.erase(lesser == lines_.end() ? lines_.begin() : lesser);
}

std::vector<std::string> recent_kernel_lines::of_last_minute(nanoseconds now) {
  std::erase_if(lines_, [now](const kernel_line& x) { return x.at + kept < now; });
  std::vector<std::string> result;
  for (const auto& x : lines_) {
    const auto ago = std::chrono::round<std::chrono::seconds>(std::max(nanoseconds{}, now - x.at));
    result.push_back(harmless(cut_text(x.text, longest_line))
                     + (ago.count() > 0 ? " (" + std::to_string(ago.count()) + " s before)" : ""));
  }
  return result;
}

} // namespace pmactor
