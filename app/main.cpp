// Reads the command line and hands over to the subcommand.
#include "app/command_line/command_line.hpp"
#include "app/views/escape.hpp"

#include <exception>
#include <iostream>

namespace pmactor {
namespace {

int main_checked(int argc, char** argv) {
  CLI::App program{"Notices every freeze of this machine, says why, and keeps the evidence."};
  command chosen;
  add_commands(program, chosen);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return program.exit(e) == 0 ? exit_fine : exit_usage;
  }
  return chosen();
}

} // namespace
} // namespace pmactor

int main(int argc, char** argv) {
  try {
    return pmactor::main_checked(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "pmactor: " << pmactor::escaped(e.what()) << '\n';
    return pmactor::exit_failed;
  }
}
