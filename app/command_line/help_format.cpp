#include "app/command_line/command_line.hpp"

#include "app/command_line/complain.hpp"
#include "app/command_line/help_format.hpp"
#include "app/views/terminal.hpp"
#include "messages/words.hpp"

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
    // What follows is a check's: "LEVEL:{a,b}", "N:from 1 on". A colon may be the name's own: "ADDRESS[:PORT]".
    const auto check = std::min(type.find(":{"), type.find(":from "));
    return ' ' + type.substr(0, check);
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    auto result = option->get_description();
    if (const auto choices = choices_of(*option); !choices.empty())
      result += ": " + joined(choices);
    if (const auto range = range_of(*option); !range.empty())
      result += ", " + range;
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
    std::string result;
    if (const auto shared = shared_options(*app); !shared.empty())
      result = make_group("Options of `" + full_name(*app->get_parent()) + '`', false, shared).substr(1);
    const auto footer = wrapped_lines(app->get_footer());
    return result + (result.empty() || footer.empty() ? "" : "\n") + footer;
  }
  std::string make_subcommand(const CLI::App* app) const override {
    std::ostringstream out;
    write_entry(out, app->get_name(), app->get_description(), 13);
    return out.str();
  }
};

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

std::vector<const CLI::Option*> shared_options(const CLI::App& part) {
  const auto* above = part.get_parent();
  if (above == nullptr || above->get_parent() == nullptr || !above->get_fallthrough())
    return {};
  return above->get_options([above](const CLI::Option* x) {
    return x->nonpositional() && x->get_group() == "Options" && x != above->get_help_ptr();
  });
}

std::string range_of(const CLI::Option& option) {
  const auto type = option.get_type_name();
  const auto at = type.find(":from ");
  return at == std::string::npos ? std::string{} : type.substr(at + 1);
}

std::vector<std::string> choices_of(const CLI::Option& option) {
  // As CLI11 writes them: "LEVEL:{a,b}".
  const auto type = option.get_type_name();
  const auto begin = type.find(":{"), end = type.find('}');
  std::vector<std::string> result;
  if (begin == std::string::npos || end == std::string::npos || end < begin)
    return result;
  std::istringstream in{type.substr(begin + 2, end - begin - 2)};
  for (std::string word; std::getline(in, word, ',');)
    result.push_back(word);
  return result;
}

std::string full_name(const CLI::App& app) {
  return (app.get_parent() != nullptr ? full_name(*app.get_parent()) + ' ' : std::string{}) + app.get_name();
}

} // namespace pmactor
