#include "app/command_line/command_line.hpp"

#include "app/views/escape.hpp"
#include "app/command_line/spelling.hpp"
#include "app/views/terminal.hpp"

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace pmactor {
namespace {

/// Writes a name and what it is about beside it, or below if it is long.
void write_entry(std::ostream& out, const std::string& name, const std::string& about,
                 std::size_t column) {
  const auto width = style_of(STDOUT_FILENO).width;
  auto lead = "  " + name;
  if (lead.size() + 2 > column) {
    out << lead << '\n';
    lead.clear();
  }
  for (const auto& line : wrapped(about, width > column + 20 ? width - column : 20)) {
    out << padded(lead, column) << line << '\n';
    lead.clear();
  }
}

std::string wrapped_lines(const std::string& text) {
  std::istringstream in{text};
  std::string result, line;
  while (std::getline(in, line)) {
    // What is laid out in columns already, stays so.
    const auto lines = !line.empty() && line.front() == ' '
                         ? std::vector<std::string>{line}
                         : wrapped(line, style_of(STDOUT_FILENO).width);
    for (const auto& x : lines)
      result += x + '\n';
  }
  return result;
}

/// The choices of "LEVEL:{a,b}"; empty if there are none.
std::string choices_of(const CLI::Option& option) {
  const auto type = option.get_type_name();
  const auto begin = type.find(":{"), end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos || end < begin)
    return {};
  auto result = type.substr(begin + 2, end - begin - 2);
  for (auto at = result.find(','); at != std::string::npos; at = result.find(',', at + 2))
    result.replace(at, 1, ", ");
  return result;
}

class help_formatter : public CLI::Formatter {
public:
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    auto name = CLI::Formatter::make_option_name(option, is_positional);
    if (const auto comma = name.find(','); comma != std::string::npos)
      name.insert(comma + 1, 1, ' ');
    return name;
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    const auto type = option->get_type_name();
    if (option->get_type_size() == 0 || type.empty())
      return {};
    return ' ' + type.substr(0, type.find(':'));
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    auto result = option->get_description();
    if (const auto choices = choices_of(*option); !choices.empty())
      result += ": " + choices;
    if (!option->get_default_str().empty())
      result += " (default " + option->get_default_str() + ')';
    return result;
  }
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    std::ostringstream out;
    write_entry(out, make_option_name(option, is_positional) + make_option_opts(option),
                make_option_desc(option), 24);
    return out.str();
  }
  std::string make_description(const CLI::App* app) const override {
    return wrapped_lines(app->get_description()) + '\n';
  }
  std::string make_footer(const CLI::App* app) const override {
    return wrapped_lines(app->get_footer());
  }
  std::string make_subcommand(const CLI::App* app) const override {
    std::ostringstream out;
    write_entry(out, app->get_name(), app->get_description(), 13);
    return out.str();
  }
};

/// @returns the command that may be meant; empty if none is near.
std::string nearest_command(const CLI::App& app, const std::string& word) {
  std::string best;
  std::size_t least = 3;
  for (const auto* x : app.get_subcommands({}))
    if (const auto apart = letters_apart(word, x->get_name());
        apart < least || x->get_name().substr(0, word.size()) == word) {
      least = std::min(apart, least);
      best = x->get_name();
    }
  return best;
}

std::string complaint(const CLI::App* program, const CLI::Error& error) {
  const auto* app = program;
  std::string name = program->get_name();
  for (auto deeper = app->get_subcommands(); !deeper.empty(); deeper = app->get_subcommands()) {
    app = deeper.front();
    name += ' ' + app->get_name();
  }
  auto text = escaped(error.what());
  const auto left = program->remaining(true);
  const bool wants_command =
    app->get_require_subcommand_min() > 0 && app->get_subcommands().empty();
  if (wants_command && !left.empty() && left.front().substr(0, 1) != "-") {
    text = "There is no command '" + escaped(left.front()) + '\'';
    const auto near = nearest_command(*app, left.front());
    text += near.empty() ? "" : "; did you mean " + near + '?';
  }
  while (!text.empty() && (text.back() == '.' || text.back() == '\n'))
    text.pop_back();
  return "pmactor: " + text + (text.empty() || text.back() == '?' ? " See `" : "; see `") + name
         + " --help`.\n";
}

} // namespace

void format_help(CLI::App& program) {
  const auto formatter = std::make_shared<help_formatter>();
  std::vector<CLI::App*> apps{&program};
  while (!apps.empty()) {
    auto* app = apps.back();
    apps.pop_back();
    app->formatter(formatter);
    for (auto* x : app->get_subcommands({}))
      apps.push_back(x);
  }
  program.failure_message(complaint);
}

} // namespace pmactor
