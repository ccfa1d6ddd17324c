#include "app/command_line/complain.hpp"

#include "app/command_line/help_format.hpp"
#include "app/command_line/nearest_word.hpp"
#include "app/views/escape.hpp"
#include "messages/lowered.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {
namespace {

const CLI::App& deepest(const CLI::App& program) {
  const auto* result = &program;
  for (auto deeper = result->get_subcommands(); !deeper.empty(); deeper = result->get_subcommands())
    result = deeper.front();
  return *result;
}

bool wants_part(const CLI::App& app) {
  return app.get_require_subcommand_min() > 0 && app.get_subcommands().empty();
}

std::string asked_for(const std::string& near) {
  return near.empty() ? "" : "; did you mean " + near + '?';
}

/// @returns the command that may be meant; empty if none is near.
std::string nearest_command(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const auto* x : app.get_subcommands({}))
    if (!x->get_group().empty())
      names.push_back(x->get_name());
  return nearest_word(word, names);
}

/// @param word as typed, with its dashes.
std::string nearest_option(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const auto* at = &app; at != nullptr; at = at->get_parent())
    for (const auto* option : at->get_options())
      for (const auto& name : option->get_lnames())
        names.push_back(name);
  const auto near = nearest_word(word.substr(std::min(word.find_first_not_of('-'), word.size())), names);
  return near.empty() ? near : "--" + near;
}

/// @returns the words between the braces of "{a,b}".
std::vector<std::string> words_of_set(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    result.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return result;
}

/// @returns what the parser says of an option, in words of ours; as it is where it has no such form.
std::string in_our_words(const CLI::Error& error) {
  const std::string text = error.what();
  const auto colon = text.find(": ");
  const std::string_view rest = colon == text.npos ? std::string_view{} : std::string_view{text}.substr(colon + 2);
  // "--since: 1 required WHEN missing"
  constexpr std::string_view required = "1 required ", missing = " missing";
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ArgumentMismatch) && rest.starts_with(required)
      && rest.ends_with(missing) && rest.size() > required.size() + missing.size())
    return escaped(text.substr(0, colon)) + " needs a value: "
           + escaped(rest.substr(required.size(), rest.size() - required.size() - missing.size()));
  // "--kind: foo not in {pause,sleep}"
  constexpr std::string_view outside = " not in {";
  if (const auto at = rest.rfind(outside); at != rest.npos && rest.ends_with('}')) {
    const std::string given{rest.substr(0, at)};
    const auto known = words_of_set(rest.substr(at + outside.size(), rest.size() - at - outside.size() - 1));
    return escaped(text.substr(0, colon)) + " takes " + joined(known) + ", and not '" + escaped(given) + '\''
           + asked_for(nearest_word(lowered(given), known));
  }
  // "ID excludes --since"
  constexpr std::string_view excludes = " excludes ";
  if (const auto at = text.find(excludes);
      error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExcludesError) && at != text.npos)
    return escaped(text.substr(0, at)) + " and " + escaped(text.substr(at + excludes.size())) + " do not go together";
  return escaped(text);
}

/// @returns what is wrong, without a full stop.
std::string reason(const CLI::App& program, const CLI::App& app, const CLI::Error& error) {
  const auto left = program.remaining(true);
  // A word in the place of a command is what is wrong first: without it no option is known.
  if (wants_part(app) && !left.empty() && !left.front().starts_with('-'))
    return "There is no command '" + escaped(left.front()) + '\'' + asked_for(nearest_command(app, left.front()));
  const auto option = std::find_if(left.begin(), left.end(), [](const std::string& x) { return x.size() > 1 && x[0] == '-'; });
  if (option != left.end()) {
    const auto name = option->substr(0, option->find('='));
    // It is there, and was given to `pmactor` and not to the command.
    if (nearest_option(app, name) == name)
      return name + " stands before the command that it is for, and belongs behind it";
    return "There is no option " + escaped(name) + asked_for(name.starts_with("--") ? nearest_option(app, name) : "");
  }
  // A command with parts takes no other words than their names.
  if (!left.empty() && !app.get_subcommands({}).empty())
    return "`" + full_name(app) + "` has no part '" + escaped(left.front()) + '\''
           + asked_for(nearest_command(app, left.front()));
  if (!left.empty())
    return "'" + escaped(left.front()) + "' is one word too many";
  auto text = in_our_words(error);
  while (!text.empty() && (text.back() == '.' || text.back() == '\n'))
    text.pop_back();
  return text;
}

} // namespace

std::string complaint(const CLI::App* program, const CLI::Error& error) {
  const auto& app = deepest(*program);
  const auto why = reason(*program, app, error);
  return "pmactor: " + why + (why.empty() || why.back() == '?' ? " See `" : "; see `") + full_name(app)
         + " --help`.\n";
}

const CLI::App* command_without_part(const CLI::App& program) {
  const auto& app = deepest(program);
  return wants_part(app) && program.remaining(true).empty() ? &app : nullptr;
}

} // namespace pmactor
