#include "app/manual/complete_line.hpp"

#include "app/command_line/help_format.hpp"
#include "app/manual/compose_manual.hpp"
#include "app/settings/job_switches.hpp"
#include "app/settings/settings.hpp"

#include <algorithm>

namespace pmactor {
namespace {

const CLI::Option* option_named(const CLI::App& app, const std::string& word) {
  const auto name = word.substr(0, word.find('='));
  for (const auto* at = &app; at != nullptr; at = at->get_parent())
    if (const auto* x = at->get_option_no_throw(name); x != nullptr && x->nonpositional())
      return x;
  return nullptr;
}

bool takes_value(const CLI::Option& x) {
  return x.get_type_size() > 0 && x.get_expected_min() > 0;
}

std::vector<completion> keys(const char* behind) {
  std::vector<completion> result;
  for (const auto& x : all_settings())
    result.push_back({x.key + behind, x.about.substr(0, x.about.find(". "))});
  return result;
}

/// @returns what a value may be, by its choices, else by what its help calls it.
std::vector<completion> values_of(const CLI::Option& x, const completion_sources& sources) {
  std::vector<completion> result;
  for (const auto& choice : choices_of(x))
    result.push_back({choice, ""});
  if (!result.empty())
    return result;
  const auto name = x.nonpositional() ? option_value(x) : x.get_name(true);
  if (name == "FILE" || name == "OUT")
    return {{":file", ""}};
  if (name == "DIR")
    return {{":folder", ""}};
  if (name == "ID" || name == "EVENT")
    return sources.events ? sources.events() : result;
  if (name == "ROLE")
    return sources.roles ? sources.roles() : result;
  if (name == "KEY")
    return keys("");
  if (name == "KEY=VALUE")
    return keys("=");
  if (name == "WHEN")
    return {{"today", ""}, {"yesterday", ""}, {"1h", ""}, {"1d", ""}};
  if (name == "job")
    for (const auto& job : all_jobs())
      result.push_back({job.name, job.about});
  return result;
}

std::vector<completion> options_of(const CLI::App& app) {
  auto options = app.get_options([](const CLI::Option* x) { return x->nonpositional() && !x->get_group().empty(); });
  const auto shared = shared_options(app);
  options.insert(options.end(), shared.begin(), shared.end());
  std::vector<completion> result;
  for (const auto* x : options)
    for (const auto& name : x->get_lnames())
      result.push_back({"--" + name, x->get_description()});
  return result;
}

std::vector<completion> parts_of(const CLI::App& app) {
  std::vector<completion> result;
  for (const auto* x : app.get_subcommands([](const CLI::App* part) { return !part->get_group().empty(); }))
    result.push_back({x->get_name(), x->get_description()});
  return result;
}

} // namespace

std::vector<completion> complete_line(const CLI::App& program, const std::vector<std::string>& words,
                                      const completion_sources& sources) {
  const auto* app = &program;
  const CLI::Option* open = nullptr; // an option whose value comes next
  std::size_t given = 0;             // words that are neither
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const auto& word = words[i];
    if (open != nullptr) {
      open = nullptr;
    } else if (word.size() > 1 && word[0] == '-') {
      const auto* option = option_named(*app, word);
      open = option != nullptr && takes_value(*option) && word.find('=') == word.npos ? option : nullptr;
    } else if (const auto parts = app->get_subcommands([&word](const CLI::App* x) { return x->get_name() == word; });
               !parts.empty()) {
      app = parts.front();
      given = 0;
    } else {
      ++given;
    }
  }
  const auto current = words.empty() ? std::string{} : words.back();
  std::vector<completion> result;
  std::string front; // of the word, before the value
  if (open != nullptr) {
    result = values_of(*open, sources);
  } else if (const auto equals = current.find('='); current.starts_with("--") && equals != current.npos) {
    front = current.substr(0, equals + 1);
    if (const auto* option = option_named(*app, current))
      result = values_of(*option, sources);
  } else if (current.starts_with("-")) {
    result = options_of(*app);
  } else {
    if (given == 0)
      result = parts_of(*app);
    const auto wanted = app->get_options([](const CLI::Option* x) { return x->get_positional(); });
    if (!wanted.empty()) {
      const auto* one = wanted[std::min(given, wanted.size() - 1)];
      if (given < wanted.size() || one->get_expected_max() > 1) {
        auto values = app->get_name() == "help" || app->get_name() == "manual" ? parts_of(program) : values_of(*one, sources);
        result.insert(result.end(), values.begin(), values.end());
      }
    }
  }
  for (auto& x : result)
    if (!x.word.starts_with(":"))
      x.word = front + x.word;
  std::erase_if(result, [&current](const completion& x) { return !x.word.starts_with(":") && !x.word.starts_with(current); });
  return result;
}

} // namespace pmactor
