#include "app/instance/launch.hpp"

#include "app/instance/pid_file.hpp"
#include "app/instance/write_file.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace pmactor {
namespace {

constexpr std::string_view service_word = "service", hand_word = "hand";
constexpr std::size_t largest_note = 64 * 1024;

} // namespace

std::filesystem::path launch_note(const places& where) {
  return where.runtime / "launch";
}

std::string to_text(const launch& x) {
  std::string result{x.by_service_manager ? service_word : hand_word};
  result += '\n';
  for (const auto& word : x.arguments)
    result += word + '\n';
  return result;
}

std::optional<launch> parse_launch(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos)
      return std::nullopt;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  // Options and their values by turns.
  if (lines.size() % 2 != 1 || (lines[0] != service_word && lines[0] != hand_word))
    return std::nullopt;
  launch result{lines[0] == service_word, {lines.begin() + 1, lines.end()}};
  for (std::size_t i = 0; i < result.arguments.size(); i += 2)
    if (const auto& option = result.arguments[i];
        option != "--data" && option != "--config" && option != "--set")
      return std::nullopt;
  return result;
}

void note_launch(const places& where, const place_flags& flags) {
  const auto variable = look_around().variable;
  launch x{!variable("NOTIFY_SOCKET").empty() || variable("XPC_SERVICE_NAME") == "org.pmactor",
           flags.arguments()};
  const auto breaks_lines = [](const std::string& word) {
    return word.find('\n') != std::string::npos;
  };
  if (std::any_of(x.arguments.begin(), x.arguments.end(), breaks_lines))
    x.arguments.clear();
  try {
    write_file(launch_note(where), to_text(x), 0600);
  } catch (const std::runtime_error&) { // a restart then says what it needs
  }
}

std::optional<launch> read_launch(const places& where) {
  auto there = where;
  there.runtime = find_health_page(where).parent_path();
  std::ifstream in{launch_note(there), std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  return text.size() > largest_note ? std::nullopt : parse_launch(text);
}

place_flags filled_in(place_flags flags, const launch& from) {
  if (!flags.settings.empty() || !flags.set.empty())
    return flags;
  for (std::size_t i = 0; i + 1 < from.arguments.size(); i += 2)
    if (from.arguments[i] == "--config")
      flags.settings = from.arguments[i + 1];
    else if (from.arguments[i] == "--set")
      flags.set.push_back(from.arguments[i + 1]);
  return flags;
}

place_flags as_the_daemon(const place_flags& flags) {
  const auto where = flags.find();
  const auto started = find_daemon(where).presence == daemon_presence::running ? read_launch(where) : std::nullopt;
  return started ? filled_in(flags, *started) : flags;
}

} // namespace pmactor
