#include "app/command_line/command_line.hpp"

#include "app/commands/commands.hpp"

#include <initializer_list>

namespace pmactor {

void add_commands(CLI::App& program, command& chosen, const std::string& version) {
  program.name("pmactor");
  program.set_version_flag("-V,--version", "pmactor " + version, "Say which pmactor this is");
  program.require_subcommand(1);
  // In the order in which `--help` shows them.
  const auto add = [&](const char* group,
                       std::initializer_list<void (*)(CLI::App&, command&)> commands) {
    const auto before = program.get_subcommands({}).size();
    for (const auto add_one : commands)
      add_one(program, chosen);
    const auto all = program.get_subcommands({});
    for (auto i = before; i < all.size(); ++i)
      all[i]->group(group);
  };
  add("The daemon", {add_run, add_start, add_stop, add_restart, add_reload, add_enable, add_disable,
                     add_status, add_inspect, add_doctor, add_logs});
  add("What it has seen", {add_events, add_explain, add_history, add_metrics, add_patterns, add_report, add_export,
                             add_top, add_serve});
  add("Settings and upkeep", {add_config, add_calibrate, add_prune, add_install, add_uninstall});
  add("Tools", {add_notify, add_replay, add_sample, add_selftest, add_help, add_manual,
                add_version});
  add("", {add_witness, add_note_drives, add_complete}); // no part of what people use
  format_help(program);
}

} // namespace pmactor
