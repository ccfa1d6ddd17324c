#include "app/instance/note_drives.hpp"

#include "actors/host/own_program.hpp"
#include "app/commands/commands.hpp"

#include <iostream>
#include <memory>
#include <string>

namespace pmactor {

void add_note_drives(CLI::App& program, command& chosen) {
  const auto file = std::make_shared<std::string>(noted_drives);
  // No part of what people use: the unit runs it before the daemon, with rights that the daemon has not.
  auto* verb =
    program.add_subcommand("note-drives", "Note what the drives count of their own lives, for the daemon")->group("");
  const auto asks = std::make_shared<bool>(false);
  verb->add_option("file", *file, "Where to.");
  verb->add_flag("--ask", *asks, "Ask them in this process, and print it.");
  verb->callback([file, asks, &chosen] {
    chosen = [file, asks] {
      if (!*asks)
        return note_drives(*file, {own_program().string(), "note-drives", "--ask"}) ? exit_fine : exit_failed;
      std::cout << list_drives() << std::flush;
      return exit_fine;
    };
  });
}

} // namespace pmactor
