#include "actors/black_box/drive_list.hpp"

#include "actors/black_box/box_slot.hpp"
#include "actors/host/parse_numbers.hpp"

#include <optional>

namespace pmactor {
namespace {

constexpr std::string_view front = "boot ";
constexpr std::size_t most = 4;

std::string to_text(const std::optional<std::uint64_t>& count) {
  return count ? std::to_string(*count) : "-";
}

/// Takes a count, or the dash of one that is not kept. @returns false if it is neither.
bool take_count(std::string_view& line, std::optional<std::uint64_t>& count) {
  auto word = take_word(line);
  std::uint64_t value = 0;
  if (word == "-")
    return true;
  if (!take_number(word, value) || !word.empty())
    return false;
  count = value;
  return true;
}

} // namespace

std::string compose_drive_list(const std::vector<drive_counters>& drives,
                               std::string_view boot_id) {
  std::string result{front};
  result.append(boot_id) += '\n';
  for (const auto& x : drives) {
    auto name = x.name;
    for (auto& c : name)
      if (c == '\n')
        c = ' ';
    result += to_text(x.cycles) + ' ' + to_text(x.unsafe) + ' ' + name + '\n';
  }
  return result;
}

std::vector<drive_counters> parse_drive_list(std::string_view text, std::string_view boot_id) {
  std::vector<drive_counters> result;
  if (boot_id.empty() || take_line(text) != std::string{front}.append(boot_id))
    return result;
  while (!text.empty() && result.size() < most) {
    auto line = take_line(text);
    drive_counters x;
    if (!take_count(line, x.cycles) || !take_count(line, x.unsafe) || line.size() < 2)
      continue;
    x.name = cut_text(line.substr(1), box_slot::longest_name);
    result.push_back(std::move(x));
  }
  return result;
}

} // namespace pmactor
