#include "app/commands/commands.hpp"

#include "actors/host/start_process.hpp"
#include "app/command_line/help_format.hpp"
#include "app/command_line/usage_problem.hpp"
#include "app/instance/write_file.hpp"
#include "app/manual/compose_manual.hpp"
#include "app/settings/settings.hpp"
#include "app/views/pager.hpp"
#include "messages/words.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace pmactor {
namespace {

struct manual_options {
  std::string page, into, schemas, date = "unknown";
};

int write_pages(const CLI::App& program, const manual_options& options) {
  std::ifstream in{std::filesystem::path{options.schemas} / "event.json", std::ios::binary};
  const std::string schema{std::istreambuf_iterator<char>{in}, {}};
  for (const auto& page : compose_manual(program, options.date, schema)) {
    const auto file = std::filesystem::path{options.into} / page.file;
    std::filesystem::create_directories(file.parent_path());
    write_file(file, page.text, 0644);
  }
  return exit_fine;
}

/// Shows what a page is made from, for hosts without `man` or where the pages are not installed.
void show_source(const CLI::App& program, const std::string& page) {
  const pager long_output;
  if (page == "pmactor.toml") {
    std::cout << default_settings_file();
    return;
  }
  const auto parts = program.get_subcommands([&page](const CLI::App* x) { return "pmactor-" + x->get_name() == page; });
  const auto* app = parts.empty() ? &program : parts.front();
  std::cout << app->get_formatter()->make_help(app, full_name(*app), CLI::AppFormatMode::Normal);
}

int show_page(const CLI::App& program, const manual_options& options) {
  std::vector<std::string> known;
  for (const auto& x : compose_manual(program, options.date, {}))
    known.push_back(std::filesystem::path{x.file}.stem().string());
  std::string page;
  for (const auto& x : known)
    if (x == options.page || x == "pmactor-" + options.page || (options.page.empty() && x == "pmactor"))
      page = x;
  if (page.empty())
    throw usage_problem("There is no page '" + options.page + "'; there are " + joined(known) + '.');
  std::cout << std::flush;
  if (run_in_foreground({"man", page}) == 0)
    return exit_fine;
  std::cerr << "pmactor manual: `man " << page << "` shows nothing here; this is what the page is made from.\n";
  show_source(program, page);
  return exit_fine;
}

int manual(const CLI::App& program, const manual_options& options) {
  return options.into.empty() ? show_page(program, options) : write_pages(program, options);
}

} // namespace

void add_manual(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<manual_options>();
  auto* verb = program.add_subcommand("manual", "Show a manual page: pmactor, one of a command, or pmactor.toml");
  auto* page = verb->add_option("PAGE", options->page, "Which, e.g. events or pmactor.toml; without one, pmactor")->type_name("");
  auto* into = verb->add_option("--into", options->into, "Write all pages below this folder, in man1, man5 and man7")
                 ->type_name("DIR")
                 ->excludes(page);
  verb->add_option("--schemas", options->schemas, "With --into, the folder of the schemas of the JSON")
    ->type_name("DIR")
    ->needs(into);
  verb->add_option("--date", options->date, "With --into, the date of the pages")->type_name("DATE")->needs(into);
  verb->callback([&program, &chosen, options] { chosen = [&program, options] { return manual(program, *options); }; });
}

} // namespace pmactor
