#include "app/commands/commands.hpp"

#include "actors/host/start_process.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/instance/write_file.hpp"
#include "app/settings/override_settings.hpp"
#include "app/settings/read_settings.hpp"
#include "app/views/escape.hpp"

#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

namespace pmactor {
namespace {

struct config_options {
  std::shared_ptr<place_flags> where;
  bool origin = false;
};

int show_problems(const settings_read& read) {
  for (const auto& problem : read.problems)
    std::cerr << problem << '\n';
  return read.problems.empty() ? exit_fine : exit_failed;
}

int check(const config_options& options) {
  const auto code = show_problems(read_layered_settings(*options.where));
  if (code == exit_fine)
    std::cout << escaped(options.where->find().settings.string()) << ": no problems found.\n";
  return code;
}

/// Shows what holds, as a settings file that says how each value differs from the default.
int show(const config_options& options) {
  const auto read = read_layered_settings(*options.where);
  if (show_problems(read) != exit_fine)
    return exit_failed;
  std::string section;
  for (const auto& x : all_settings()) {
    const auto dot = x.key.find('.');
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
  const auto file = options.where->find().settings;
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
  const auto code = check(options);
  if (code == exit_fine)
    std::cout << "A daemon that runs takes it up by `pmactor reload`.\n";
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
  add("check", "Say all that is wrong with the settings; exit 1 if anything is", check);
  add("show", "Print every setting as it holds", show)
    ->add_flag("--origin", options->origin, "Say where each value comes from");
  add("path", "Print where the settings file is looked for", [](const config_options& x) {
    std::cout << x.where->find().settings.string() << '\n';
    return exit_fine;
  });
  add("default", "Print a commented settings file that changes nothing", [](const config_options&) {
    std::cout << default_settings_file();
    return exit_fine;
  });
  add("edit", "Open the settings file in your editor, and check it afterwards", edit);
}

} // namespace pmactor
