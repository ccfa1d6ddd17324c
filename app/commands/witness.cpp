#include "app/commands/commands.hpp"

#include "app/command_line/numbers.hpp"
#include "app/witness/run_witness.hpp"

#include <memory>
#include <string>

namespace pmactor {

void add_witness(CLI::App& program, command& chosen) {
  const auto page = std::make_shared<int>();
  const auto questions = std::make_shared<std::string>();
  // No part of what people use: only the daemon can give it the page.
  auto* verb = program.add_subcommand("witness", "Feel what ordinary programs feel, for the daemon")->group("");
  verb->add_option("page", *page, "The descriptor of its shared memory.")->required()->check(whole_number(3, 1023));
  verb->add_option("questions", *questions, "The folder of the locks of what may not answer.");
  verb->callback([=, &chosen] { chosen = [=] { return run_witness(*page, *questions); }; });
}

} // namespace pmactor
