#include "app/commands/commands.hpp"

#include "actors/host/start_process.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/command_line/usage_problem.hpp"
#include "app/instance/launch.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/write_file.hpp"
#include "app/settings/nearest_setting.hpp"
#include "app/settings/override_settings.hpp"
#include "app/settings/read_settings.hpp"
#include "app/settings/setting_words.hpp"
#include "app/settings/suggest_thresholds.hpp"
#include "app/views/escape.hpp"
#include "app/views/json_form.hpp"
#include "app/views/shell_words.hpp"
#include "messages/words.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace pmactor {
namespace {

struct config_options {
  std::shared_ptr<place_flags> where;
  bool origin = false, json = false;
  std::string key;
  std::string value;
  std::vector<std::string> more; ///< Of a list: the texts behind the first.
};

int show_problems(const settings_read& read) {
  for (const auto& problem : read.problems)
    std::cerr << problem << '\n';
  return read.problems.empty() ? exit_fine : exit_failed;
}

/// The settings file that commands here are about, and the daemon's.
struct settings_place {
  place_flags flags;
  std::filesystem::path file;
  bool has_daemon = false;     ///< One runs, and it is known which file it reads:
  bool is_of_daemon = false;   ///< This one.
  std::filesystem::path theirs{};
};

bool is_same_file(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code none;
  return a.lexically_normal() == b.lexically_normal() || std::filesystem::equivalent(a, b, none);
}

/// @returns where the daemon that runs reads its settings, if the command line names no other place.
settings_place find_settings(const config_options& options) {
  settings_place result{*options.where, options.where->find().settings};
  const auto where = options.where->find();
  if (look_for_daemon(where).presence != daemon_presence::running)
    return result;
  const auto started = read_launch(where);
  if (!started)
    return result;
  auto unnamed = *options.where;
  unnamed.settings.clear();
  unnamed.set.clear();
  result.has_daemon = true;
  result.theirs = filled_in(unnamed, *started).find().settings;
  result.flags = filled_in(*options.where, *started);
  if (const auto file = result.flags.find().settings; !is_same_file(file, result.file)) {
    std::cerr << "pmactor config: The daemon that runs was started with --config " << escaped(file.string())
              << ", so this is about that file.\n";
    result.file = file;
  }
  result.is_of_daemon = is_same_file(result.file, result.theirs);
  return result;
}

/// @returns when what was written there holds, as a sentence that ends with a full stop.
std::string when_taken_up(const settings_place& place) {
  if (place.is_of_daemon)
    return "the daemon that runs takes it up by `pmactor reload"
           + (place.flags.data.empty() ? "" : " --data " + shell_word(escaped(place.flags.data))) + "`.";
  if (place.has_daemon)
    return "the daemon that runs reads another file, " + place.theirs.string() + '.';
  return "a daemon that reads this file has it from its next start or `pmactor reload` on.";
}

int check_at(const settings_place& place, const config_options& options) {
  if (options.json) {
    const auto read = read_layered_settings(place.flags);
    auto result = begin_json();
    result.update({{"settings_file", place.file.string()}, {"problems", read.problems}});
    std::cout << dumped(result, true) << '\n';
    return read.problems.empty() ? exit_fine : exit_failed;
  }
  const auto read = read_layered_settings(place.flags);
  for (const auto& x : read.warnings)
    std::cerr << "Warning: " << x << '\n';
  const auto code = show_problems(read);
  std::error_code none;
  if (code == exit_fine)
    std::cout << escaped(place.file.string())
              << (std::filesystem::exists(place.file, none) ? ": no problems found.\n"
                  : read.origins.empty()                    ? ": there is no such file; the defaults hold.\n"
                                         : ": there is no such file; the defaults hold, but for what `pmactor config "
                                           "show --origin` names. No problems found.\n");
  return code;
}

int check(const config_options& options) {
  return check_at(find_settings(options), options);
}

nlohmann::ordered_json json_of(const setting_value& value) {
  return std::visit([](const auto& x) { return nlohmann::ordered_json(x); }, value);
}

/// A setting as programs have it.
nlohmann::ordered_json json_of(const setting& x, const settings_read& read) {
  const auto origin = read.origins.find(x.key);
  auto result = begin_json();
  result.update({{"key", x.key},
                 {"value", json_of(x.get(read.values))},
                 {"default", json_of(x.get({}))},
                 {"origin", origin != read.origins.end() ? nlohmann::ordered_json(origin->second) : nlohmann::ordered_json()},
                 {"unit", x.unit.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(x.unit)},
                 {"takes", range_of(x)},
                 {"about", x.about}});
  return result;
}

const setting& setting_named(const std::string& key) {
  if (const auto* x = find_setting(key))
    return *x;
  throw usage_problem(key + ' ' + unknown_key_words(key));
}

/// Prints one setting as it holds: a text bare, so that a script can take it.
int get(const config_options& options) {
  const auto& x = setting_named(options.key);
  const auto read = read_layered_settings(find_settings(options).flags);
  if (show_problems(read) != exit_fine)
    return exit_failed;
  const auto value = x.get(read.values);
  if (options.json)
    std::cout << dumped(json_of(x, read), true) << '\n';
  else if (const auto* text = std::get_if<std::string>(&value))
    std::cout << escaped(*text) << '\n';
  else
    std::cout << to_toml(value) << '\n';
  return exit_fine;
}

/// @returns what the file holds; nothing if there is none.
/// @throws std::runtime_error if it cannot be read.
std::string text_of(const std::filesystem::path& file) {
  std::error_code none;
  if (!std::filesystem::exists(file, none))
    return {};
  std::ifstream in{file, std::ios::binary};
  if (!in)
    throw std::runtime_error("Cannot read " + file.string() + "; nothing was changed.");
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Writes one setting into the settings file, and nothing if the file would not be sound then.
int set(const config_options& options) {
  const auto& x = setting_named(options.key);
  if (x.kind != setting_kind::list && !options.more.empty())
    throw usage_problem(x.key + " takes one value, not " + std::to_string(options.more.size() + 1)
                        + "; quote one that has blanks");
  auto value = value_from_text(x, options.value);
  if (!options.more.empty()) { // each word is one of the texts, whatever letters are in it
    value = std::vector<std::string>{options.value};
    auto& texts = std::get<std::vector<std::string>>(*value);
    texts.insert(texts.end(), options.more.begin(), options.more.end());
  }
  if (const auto wrong = x.check(value); !wrong.empty())
    throw usage_problem(x.key + ' ' + wrong);
  const auto place = find_settings(options);
  const auto& file = place.file;
  auto text = text_of(file);
  const bool was_sound = parse_settings(text, file.string()).problems.empty();
  text = with_setting(std::move(text), x.key, to_toml(*value));
  if (const auto read = parse_settings(text, file.string()); !read.problems.empty()) // the value's fault, or the file's
    return report_outcome({was_sound ? exit_usage : exit_failed,
                           "Nothing was changed, as the settings would not be sound: " + read.problems.front(), {}},
                          options.json);
  write_file(file, text, 0600);
  return report_outcome({exit_fine,
                         x.key + " is " + to_toml(*value) + " in " + file.string() + "; " + when_taken_up(place),
                         {}},
                        options.json);
}

/// Takes one setting out of the settings file, so that its default holds again.
int unset(const config_options& options) {
  const auto& x = setting_named(options.key);
  const auto place = find_settings(options);
  const auto& file = place.file;
  const auto text = text_of(file);
  const auto before = parse_settings(text, file.string());
  const auto rest = without_setting(text, x.key);
  const auto after = parse_settings(rest, file.string());
  const auto name = file.string();
  if (rest == text && before.origins.count(x.key) == 0)
    return report_outcome({exit_fine, x.key + " is not set in " + name + "; nothing was changed.", {}}, options.json);
  if (after.origins.count(x.key) > 0 || (before.problems.empty() && !after.problems.empty()))
    return report_outcome({exit_failed,
                           x.key + " is written in " + name + " in a way that only `pmactor config edit` can change; "
                             "nothing was changed.", {}},
                          options.json);
  write_file(file, rest, 0600);
  return report_outcome({exit_fine, x.key + " is no longer set in " + name + "; its default is " + to_toml(x.get({})) + ", and "
                                      + when_taken_up(place), {}},
                        options.json);
}

/// Shows what holds, as a settings file that says how each value differs from the default.
int show(const config_options& options) {
  const auto read = read_layered_settings(find_settings(options).flags);
  if (show_problems(read) != exit_fine)
    return exit_failed;
  if (options.json) {
    auto all = nlohmann::ordered_json::array();
    for (const auto& x : all_settings())
      all.push_back(json_of(x, read));
    std::cout << dumped(all, true) << '\n';
    return exit_fine;
  }
  std::string section;
  for (const auto& x : all_settings()) {
    const auto dot = x.key.rfind('.');
    if (x.key.substr(0, dot) != section) {
      std::cout << (section.empty() ? "[" : "\n[") << x.key.substr(0, dot) << "]\n";
      section = x.key.substr(0, dot);
    }
    const auto value = x.get(read.values);
    const auto origin = read.origins.find(x.key);
    if (options.origin && origin != read.origins.end())
      std::cout << "# From " << origin->second << ".\n";
    else if (options.origin)
      std::cout << "# The default.\n";
    else if (value != x.get({}))
      std::cout << "# Not the default.\n";
    std::cout << to_toml_line(x.key.substr(dot + 1), value, "");
  }
  return exit_fine;
}

/// @throws std::runtime_error if there is no file and none can be begun.
void begin_settings_file(const std::filesystem::path& file) {
  std::error_code failed;
  if (!std::filesystem::exists(file, failed))
    write_file(file, default_settings_file(), 0600);
}

/// Runs the user's editor on the settings file, which is begun with the defaults as comments.
int edit(const config_options& options) {
  const auto place = find_settings(options);
  const auto& file = place.file;
  begin_settings_file(file);
  const auto around = look_around();
  auto editor = around.variable("VISUAL");
  if (editor.empty())
    editor = around.variable("EDITOR");
  if (editor.empty())
    editor = "vi";
  // $EDITOR may hold options, so a shell parts it; the file's name is never part of what it reads.
  if (const auto code = run_in_foreground({"/bin/sh", "-c", editor + " \"$1\"", "sh", file.string()});
      code != 0) {
    std::cerr << "pmactor config: the editor (" << escaped(editor) << ") ended with exit code "
              << code << "; name another by $EDITOR.\n";
    return exit_failed;
  }
  const auto code = check_at(place, options);
  if (code == exit_fine)
    std::cout << escaped(capitalised(when_taken_up(place))) << '\n';
  return code;
}

} // namespace

void add_config(CLI::App& program, command& chosen) {
  auto* verb = program.add_subcommand("config", "Show and check the settings");
  verb->require_subcommand(1);
  const auto options = std::make_shared<config_options>();
  options->where = add_place_flags(*verb);
  verb->fallthrough();
  const auto add = [&](const char* name, const char* about, int (*work)(const config_options&)) {
    auto* part = verb->add_subcommand(name, about);
    part->callback(
      [&chosen, options, work] { chosen = [options, work] { return work(*options); }; });
    return part;
  };
  const auto with_json = [&options](CLI::App* part) {
    part->add_flag("--json", options->json, "Write JSON");
    return part;
  };
  with_json(add("check", "Say all that is wrong with the settings; exit 1 if anything is", check));
  with_json(add("show", "Print every setting as it holds", show))
    ->add_flag("--origin", options->origin, "Say where each value comes from");
  auto* getting = with_json(add("get", "Print one setting as it holds", get));
  getting->add_option("KEY", options->key, "Which, e.g. log.level")->type_name("")->required();
  auto* setting_one = with_json(add("set", "Write one setting into the settings file", set));
  setting_one->add_option("KEY", options->key, "Which, e.g. log.level")->type_name("")->required();
  // Two options: what the command line's parser takes for a list, it parts at every comma.
  setting_one
    ->add_option("VALUE", options->value,
                 "What it is to be; a list as \"a, b\" or '[\"a\", \"b\"]'")
    ->type_name("")
    ->required();
  setting_one->add_option("MORE", options->more, "Of a list, its other texts")->type_name("");
  auto* unsetting_one = with_json(add("unset", "Take one setting out of the settings file, so that its default holds", unset));
  unsetting_one->add_option("KEY", options->key, "Which, e.g. log.level")->type_name("")->required();
  add("path", "Print where the settings file is looked for", [](const config_options& x) {
    std::cout << find_settings(x).file.string() << '\n';
    return exit_fine;
  });
  add("default", "Print a commented settings file that changes nothing", [](const config_options&) {
    std::cout << default_settings_file();
    return exit_fine;
  });
  add("edit", "Open the settings file in your editor, and check it afterwards", edit);
}

} // namespace pmactor
