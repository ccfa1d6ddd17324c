#include "app/config.hpp"

#include "app/escape.hpp"
#include "app/places.hpp"
#include "app/read_settings.hpp"

#include <iostream>
#include <memory>

namespace pmactor {
namespace {

int show_problems(const settings_read& read) {
  for (const auto& problem : read.problems)
    std::cerr << problem << '\n';
  return read.problems.empty() ? exit_fine : exit_failed;
}

int check(const places& where) {
  const auto code = show_problems(read_settings(where.settings, where.settings_named));
  if (code == exit_fine)
    std::cout << escaped(where.settings.string()) << ": no problems found.\n";
  return code;
}

/// Shows what holds, as a settings file that says how each value differs from the default.
int show(const places& where) {
  const auto read = read_settings(where.settings, where.settings_named);
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
    if (value != x.get({}))
      std::cout << "# Not the default.\n";
    std::cout << to_toml_line(x.key.substr(dot + 1), value, "");
  }
  return exit_fine;
}

} // namespace

void add_config(CLI::App& program, command& chosen) {
  auto* verb = program.add_subcommand("config", "Show and check the settings");
  verb->require_subcommand(1);
  const auto named = std::make_shared<place_options>();
  verb->add_option("--config", named->settings, "The settings file to look at")->type_name("FILE");
  verb->fallthrough();
  const auto add = [&](const char* name, const char* about, int (*work)(const places&)) {
    verb->add_subcommand(name, about)->callback([&chosen, named, work] {
      chosen = [named, work] { return work(find_places(look_around(), *named)); };
    });
  };
  add("check", "Say all that is wrong with the settings file; exit 1 if anything is", check);
  add("show", "Print every setting as it holds", show);
  add("path", "Print where the settings file is looked for", [](const places& where) {
    std::cout << where.settings.string() << '\n';
    return exit_fine;
  });
  add("default", "Print a commented settings file that changes nothing", [](const places&) {
    std::cout << default_settings_file();
    return exit_fine;
  });
}

} // namespace pmactor
