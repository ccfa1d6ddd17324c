#include "app/commands/commands.hpp"

#include "app/command_line/help_format.hpp"
#include "app/command_line/nearest_word.hpp"
#include "app/views/escape.hpp"

#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace pmactor {
namespace {

int explain_command(const CLI::App& program, const std::vector<std::string>& words) {
  const auto* app = &program;
  for (const auto& word : words) {
    const auto parts = app->get_subcommands([&word](const CLI::App* x) { return x->get_name() == word; });
    if (parts.empty()) {
      std::vector<std::string> known;
      for (const auto* x : app->get_subcommands({}))
        if (!x->get_group().empty())
          known.push_back(x->get_name());
      const auto near = nearest_word(word, known);
      std::cerr << "pmactor: There is no command '" << escaped(word) << '\''
                << (near.empty() ? "; `pmactor help` lists them.\n" : "; did you mean " + near + "?\n");
      return exit_usage;
    }
    app = parts.front();
  }
  // By itself it would explain the command that was chosen, which is `help`.
  std::cout << app->get_formatter()->make_help(app, full_name(*app), CLI::AppFormatMode::Normal);
  return exit_fine;
}

} // namespace

void add_help(CLI::App& program, command& chosen) {
  const auto words = std::make_shared<std::vector<std::string>>();
  auto* verb = program.add_subcommand("help", "Explain a command");
  verb->add_option("COMMAND", *words, "Which, e.g. events show; without one, the program")->type_name("");
  verb->callback([&program, &chosen, words] { chosen = [&program, words] { return explain_command(program, *words); }; });
}

void add_version(CLI::App& program, command& chosen) {
  auto* verb = program.add_subcommand("version", "Say which pmactor this is");
  verb->callback([&program, &chosen] {
    chosen = [&program] {
      std::cout << program.version() << '\n';
      return exit_fine;
    };
  });
}

} // namespace pmactor
