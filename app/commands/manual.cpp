#include "app/commands/commands.hpp"

#include "app/instance/write_file.hpp"
#include "app/manual/compose_manual.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace pmactor {
namespace {

struct manual_options {
  std::string into, schemas, date = "unknown";
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

} // namespace

void add_manual(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<manual_options>();
  auto* verb = program.add_subcommand("manual", "Write the manual pages");
  verb->add_option("--into", options->into, "The folder in which man1, man5 and man7 lie")->type_name("DIR")->required();
  verb->add_option("--schemas", options->schemas, "The folder of the schemas of the JSON")->type_name("DIR");
  verb->add_option("--date", options->date, "The date of the pages")->type_name("DATE");
  verb->callback([&program, &chosen, options] { chosen = [&program, options] { return write_pages(program, *options); }; });
}

} // namespace pmactor
