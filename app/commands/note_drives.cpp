#include "app/instance/note_drives.hpp"

#include "app/commands/commands.hpp"

#include <memory>
#include <string>

namespace pmactor {

void add_note_drives(CLI::App& program, command& chosen) {
  const auto file = std::make_shared<std::string>(noted_drives);
  // No part of what people use: the unit runs it before the daemon, with rights that the daemon has not.
  auto* verb =
    program.add_subcommand("note-drives", "Note what the drives count of their own lives, for the daemon")->group("");
  verb->add_option("file", *file, "Where to.");
  verb->callback([file, &chosen] {
    chosen = [file] { return note_drives(*file) ? exit_fine : exit_failed; };
  });
}

} // namespace pmactor
