// A command line of any words: it is understood or refused, and nothing is done yet.
#include "fuzz/fuzz.hpp"

#include "app/command_line/command_line.hpp"
#include "app/command_line/find_event.hpp"

#include <vector>

using namespace pmactor;
using namespace pmactor::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < std::min<std::size_t>(size, 4096); ++i)
    if (const char c = static_cast<char>(data[i]); c == '\n')
      words.emplace_back();
    else if (c != '\0') // no argument can hold one
      words.back() += c;
  for (const auto& word : words)
    parse_event_name(word, std::chrono::seconds{1'768'896'535});
  std::reverse(words.begin(), words.end()); // as CLI11 wants them
  static CLI::App program;
  static command chosen;
  static const bool added = (add_commands(program, chosen), true);
  chosen = {};
  bool understood = false;
  try {
    program.parse(words);
    understood = added;
  } catch (const CLI::ParseError&) {
  }
  must(!understood || chosen, "a line that is understood has work to do");
  return 0;
}
