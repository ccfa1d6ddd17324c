#include "app/commands/commands.hpp"

#include "app/command_line/exit_codes.hpp"
#include "app/instance/launch.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/reload_daemon.hpp"
#include "app/instance/write_file.hpp"
#include "app/settings/job_switches.hpp"
#include "app/views/json_form.hpp"
#include "app/views/terminal.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

namespace pmactor {
namespace {

struct switch_options {
  std::shared_ptr<place_flags> where;
  std::vector<std::string> names;
  bool on = true, keep = false, json = false;
};

/// Puts the switches where the daemon reads them.
void write_switches(const places& where, switch_scope scope, const job_switches& x) {
  const auto file = switch_file(where, scope);
  const auto text = switches_text(x);
  if (!text.empty())
    write_file(file, text, 0600);
  else
    std::filesystem::remove(file);
}

/// Shows how every job stands.
int list_jobs(const switch_options& options) {
  const auto read = read_layered_settings(*options.where);
  for (const auto& x : read.problems)
    std::cerr << x << '\n';
  auto rows = nlohmann::ordered_json::array();
  for (const auto& x : judge_jobs(read, read_layered_settings(*options.where, false))) {
    if (options.json) {
      auto& row = rows.emplace_back(begin_json());
      row.update({{"job", x.what->name}, {"on", x.on}, {"why", x.why}, {"key", x.what->key}});
    } else
      std::cout << as_column(x.what->name, 15) << (x.on ? "on   " : "off  ") << x.what->about
                << (x.why.empty() ? "" : " (" + x.why + ')') << '\n';
  }
  if (options.json)
    std::cout << dumped(rows, true) << '\n';
  return read.problems.empty() ? exit_fine : exit_failed;
}

outcome switch_jobs(const switch_options& options) {
  const auto where = options.where->find();
  std::vector<std::string> names = options.names, known;
  for (const auto& x : all_jobs())
    known.push_back(x.name);
  for (const auto& x : names)
    if (find_job(x) == nullptr)
      return {exit_usage, "There is no job '" + x + "'; there are " + joined(known) + '.', {}};
  const auto daemon = find_daemon(where);
  const bool runs = daemon.presence == daemon_presence::running;
  if (!runs && !options.keep)
    return {exit_failed,
            daemon.sentence + " Say --keep to have the switch hold from the next start on.",
            {}};
  const auto scope = options.keep ? switch_scope::kept : switch_scope::passing;
  const auto before = read_switches(switch_file(where, scope));
  const auto passing_before = read_switches(switch_file(where, switch_scope::passing));
  for (const auto* x : {&before, &passing_before})
    if (!x->problems.empty())
      return {exit_failed, x->problems.front(), {}};
  auto after = before, passing = passing_before;
  for (const auto& x : names) {
    const auto i = static_cast<std::size_t>(find_job(x) - all_jobs().data());
    after.on[i] = options.on;
    passing.on[i].reset(); // else it would stand above the kept one
  }
  make_folders(where);
  write_switches(where, scope, after);
  if (options.keep && runs)
    write_switches(where, switch_scope::passing, passing);
  if (!runs)
    return {exit_fine, jobs_in_words(names, options.on) + " from the next start on.", {}};
  auto taken = reload_daemon(where);
  if (!taken.holds) {
    write_switches(where, scope, before);
    if (options.keep)
      write_switches(where, switch_scope::passing, passing_before);
    taken.said.message += "\nNothing was switched.";
    return taken.said;
  }
  const auto at_next_start = read_layered_settings(as_the_daemon(*options.where), false);
  taken.said.message = switched_in_words(names, options.on, at_next_start) + " (" + taken.what + ").";
  return taken.said;
}

int list_or_switch(const switch_options& options) {
  return options.names.empty() ? list_jobs(options)
                               : report_outcome(switch_jobs(options), options.json);
}

void add_switch(CLI::App& program, command& chosen, const char* verb_name, bool on) {
  const auto options = std::make_shared<switch_options>();
  options->on = on;
  auto* verb = program.add_subcommand(
    verb_name, on ? "Switch jobs of the daemon on again, or show which are on"
                  : "Switch jobs of the daemon off while it runs, or show which are off");
  options->where = add_data_flag(*verb);
  verb->add_option("job", options->names, "Which; without one, all are shown")->type_name("");
  verb->add_flag("--keep", options->keep, "Also after a restart of the daemon");
  verb->add_flag("--json", options->json, "Write JSON");
  std::string footer = "Jobs:";
  for (const auto& x : all_jobs())
    footer += "\n  " + as_column(x.name, 15) + x.about;
  verb->footer(footer);
  run_when_chosen(*verb, chosen, options, list_or_switch);
}

} // namespace

void add_disable(CLI::App& program, command& chosen) {
  add_switch(program, chosen, "disable", false);
}

void add_enable(CLI::App& program, command& chosen) {
  add_switch(program, chosen, "enable", true);
}

} // namespace pmactor
