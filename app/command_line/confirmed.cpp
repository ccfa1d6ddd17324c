#include "app/command_line/confirmed.hpp"

#include <iostream>
#include <unistd.h>

namespace pmactor {

bool confirmed(const std::string& question) {
  if (::isatty(STDIN_FILENO) == 0) {
    std::cerr
      << question
      << " There is no terminal to answer on: say --yes to do it, --dry-run to only look.\n";
    return false;
  }
  std::cerr << question << " [y/N] " << std::flush;
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

} // namespace pmactor
