#include "app/manual/compose_manual.hpp"

#include "actors/forensics_supervisor/plan_artifacts.hpp"
#include "app/command_line/help_format.hpp"
#include "app/manual/roff.hpp"
#include "app/settings/override_settings.hpp"
#include "app/settings/setting_words.hpp"
#include "app/settings/settings.hpp"
#include "messages/pause.hpp"
#include "messages/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace pmactor {
namespace {

std::string dashed(std::string name) {
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::string without_full_stop(std::string text) {
  while (!text.empty() && text.back() == '.')
    text.pop_back();
  return text;
}

std::vector<const CLI::App*> shown_parts(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* x) { return !x->get_group().empty(); });
}

std::string option_names(const CLI::Option& x) {
  std::vector<std::string> names;
  for (const auto& name : x.get_snames())
    names.push_back('-' + name);
  for (const auto& name : x.get_lnames())
    names.push_back("--" + name);
  return joined(names);
}

std::vector<const CLI::Option*> positionals_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option* x) { return x->get_positional(); });
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option* x) { return x->nonpositional() && !x->get_group().empty(); });
}

/// @returns "[OPTIONS] ID [TEXT]".
std::string usage_of(const CLI::App& app) {
  std::string result = "[OPTIONS]";
  for (const auto* x : positionals_of(app)) {
    auto name = x->get_name(true);
    if (x->get_expected_max() > 1)
      name += " ...";
    result += x->get_required() ? ' ' + name : " [" + name + ']';
  }
  return result;
}

void write_options(roff_page& page, const std::vector<const CLI::Option*>& options) {
  for (const auto* x : options)
    page.item(option_names(*x), option_value(*x), option_about(*x));
}

void write_positionals(roff_page& page, const CLI::App& app) {
  for (const auto* x : positionals_of(app))
    page.item(x->get_name(true), "", option_about(*x));
}

void write_footer(roff_page& page, const CLI::App& app) {
  constexpr std::string_view codes = "Exit codes: ";
  const auto footer = app.get_footer();
  if (footer.empty())
    return;
  if (!footer.starts_with(codes)) {
    page.heading("NOTES").paragraph(footer);
    return;
  }
  page.heading("EXIT STATUS").paragraph(footer.substr(codes.size()));
}

manual_page page_of(const CLI::App& app, const std::string& date) {
  const auto name = dashed(full_name(app));
  roff_page page{name, 1, date, without_full_stop(app.get_description())};
  page.heading("SYNOPSIS");
  const auto parts = shown_parts(app);
  if (parts.empty() || app.get_require_subcommand_min() == 0)
    page.usage(full_name(app), usage_of(app));
  for (const auto* x : parts)
    page.usage(full_name(*x), usage_of(*x));
  page.heading("DESCRIPTION").paragraph(app.get_description() + '.');
  write_positionals(page, app);
  for (const auto* x : parts) {
    page.subheading(full_name(*x)).paragraph(x->get_description() + '.');
    write_positionals(page, *x);
    const auto own = x->get_options([x](const CLI::Option* o) { return o->nonpositional() && o != x->get_help_ptr(); });
    write_options(page, own);
  }
  page.heading("OPTIONS");
  write_options(page, options_of(app));
  write_footer(page, app);
  page.heading("SEE ALSO").paragraph("pmactor(1), pmactor.toml(5), pmactor-events(7)");
  return {"man1/" + name + ".1", page.text()};
}

manual_page program_page(const CLI::App& program, const std::string& date) {
  roff_page page{"pmactor", 1, date, "find every freeze of a machine, and say why"};
  page.heading("SYNOPSIS").usage("pmactor", "[OPTIONS] COMMAND ...");
  page.heading("DESCRIPTION").paragraph(program.get_description());
  page.paragraph("A daemon, started by pmactor start or as a service, notices by its own beat and by the eyes of a child of "
                 "ordinary priority whenever this machine, or only its disks, its memory, its CPUs or its desktop stood "
                 "still. Everything else asks what it has kept.");
  std::string group;
  for (const auto* x : shown_parts(program)) {
    if (x->get_group() != group)
      page.heading(x->get_group());
    group = x->get_group();
    page.item(x->get_name(), "", x->get_description() + "; see pmactor-" + x->get_name() + "(1).");
  }
  page.heading("OPTIONS");
  write_options(page, options_of(program));
  page.heading("EXIT STATUS")
    .paragraph("0 it was done; 1 it failed; 2 it was called wrongly. Commands that say how something is have codes of "
               "their own, which their pages list.");
  page.heading("ENVIRONMENT")
    .item("XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME, XDG_RUNTIME_DIR", "",
          "Where settings, history, log and what lives as long as the daemon are looked for.")
    .item("PMACTOR_SECTION_KEY", "", "Any setting, e.g. PMACTOR_LOG_LEVEL; it stands above the settings file.")
    .item("NO_COLOR", "", "If it is set, nothing is painted.")
    .item("COLUMNS", "", "How wide the lines are, in place of what the terminal says.")
    .item("PAGER", "", "Shows what is longer than the terminal, where a command uses one.")
    .item("VISUAL, EDITOR", "", "Opens the settings for pmactor config edit.");
  page.heading("FILES")
    .item("/etc/pmactor/config.toml, ~/.config/pmactor/config.toml", "", "The settings, of the whole machine's service and of a user.")
    .item("/var/lib/pmactor, ~/.local/share/pmactor", "", "The history, and a folder of evidence an event.")
    .item("/var/log/pmactor, ~/.local/state/pmactor", "", "The log.");
  page.heading("SEE ALSO").paragraph("pmactor.toml(5), pmactor-events(7)");
  return {"man1/pmactor.1", page.text()};
}

manual_page settings_page(const std::string& date) {
  roff_page page{"pmactor.toml", 5, date, "the settings of pmactor"};
  page.heading("DESCRIPTION")
    .paragraph("A file in TOML. It need not be there, and may hold any of the keys below; what it leaves out is at its "
               "default. Above the file stands the environment, above that the --set of the command line. pmactor "
               "config default prints a file with all of this as comments, pmactor config check says what is wrong with "
               "one, pmactor config show what holds, and pmactor reload lets a daemon take it up.");
  const settings defaults;
  for (const auto& section : setting_sections()) {
    page.heading('[' + section.name + ']').paragraph(section.about);
    for (const auto& x : all_settings())
      if (x.key.rfind('.') == section.name.size() && x.key.starts_with(section.name))
        page.item(x.key.substr(section.name.size() + 1), "",
                  x.about + " Takes " + range_of(x) + ". Default: " + to_toml(x.get(defaults)) + '.');
  }
  page.heading("FILES")
    .paragraph("/etc/pmactor/config.toml for root and the service of the whole machine, "
               "$XDG_CONFIG_HOME/pmactor/config.toml or ~/.config/pmactor/config.toml for a user.");
  page.heading("SEE ALSO").paragraph("pmactor(1), pmactor-config(1), pmactor-reload(1)");
  return {"man5/pmactor.toml.5", page.text()};
}

/// What is said of each kind of event.
std::string about_kind(const std::string& kind) {
  if (kind == "pause")
    return "pmactor's beat, ten times a second, came late: it, or the whole machine, did not run.";
  if (kind == "sleep")
    return "The machine was suspended. No freeze.";
  if (kind == "critical")
    return "The machine was under critical stress, whether anything stood still or not.";
  if (kind == "stall")
    return "One thing did not answer ordinary programs: a disk, a mount, memory, the CPUs, a desktop. Pauses of the beat "
           "within it are part of it.";
  if (kind == "outage")
    return "The machine or the daemon ended without a goodbye; found at the next start.";
  if (kind == "incident")
    return "Something that the kernel, the firmware or the session reported.";
  if (kind == "slowed")
    return "The machine was slowed down for a while, by heat, power or a quota.";
  if (kind == "clock")
    return "The wall clock was stepped.";
  return "An event of this kind.";
}

/// Writes each member of a schema with what it is about.
void write_members(roff_page& page, const nlohmann::ordered_json& schema) {
  const auto found = schema.find("properties");
  if (found == schema.end())
    return;
  for (const auto& [name, x] : found->items())
    if (x.contains("description"))
      page.item(name, "", x["description"].get<std::string>());
}

manual_page events_page(const CLI::App& program, const std::string& date, const std::string& event_schema) {
  roff_page page{"pmactor-events", 7, date, "kinds, causes and evidence of events, and their JSON"};
  page.heading("DESCRIPTION").paragraph("What pmactor finds is an event: when it began, how long it lasted, what kind it was, why, "
                                        "and who did it. What no counter proves is called unexplained.");
  page.heading("KINDS");
  for (const auto* verb : program.get_subcommands([](const CLI::App* x) { return x->get_name() == "events"; }))
    if (const auto* kind = verb->get_option_no_throw("--kind"))
      for (const auto& x : choices_of(*kind))
        page.item(x, "", about_kind(x));
  page.heading("CAUSES").paragraph("Every millisecond of a pause is booked to one of these; the one with most gives the event its cause.");
  for (std::size_t i = 0; i < pause_causes; ++i) {
    const auto cause = static_cast<pause_cause>(i);
    page.item(to_string(cause), "", capitalised(cause_in_words(cause, confidence::high)) + '.');
  }
  page.heading("EVIDENCE").paragraph("What is kept with an event, in a folder of its own, as far as the daemon's rights and tools allow:");
  for (const auto& x : plan_artifacts(capture_platform::on_linux, {}, {}))
    page.item(x.file, "", x.command.empty() ? "Read from the kernel." : "From " + x.command.front() + '.');
  page.heading("JSON").paragraph("Every document begins with schema_version. A moment has two members: NAME in Unix seconds, NAME_iso "
                                 "in local time with its zone. A span is in seconds. What is not known is null. The schemas are in "
                                 "/usr/share/pmactor/schema. An event has:");
  if (const auto schema = nlohmann::ordered_json::parse(event_schema, nullptr, false); schema.is_object())
    write_members(page, schema);
  page.heading("SEE ALSO").paragraph("pmactor-events(1), pmactor(1)");
  return {"man7/pmactor-events.7", page.text()};
}

} // namespace

std::string option_value(const CLI::Option& x) {
  if (x.get_type_size() == 0)
    return {};
  const auto type = x.get_type_name();
  return type.substr(0, type.find(':'));
}

std::string option_about(const CLI::Option& x) {
  auto result = x.get_description();
  while (!result.empty() && result.back() == '.')
    result.pop_back();
  if (const auto choices = choices_of(x); !choices.empty())
    result += ": " + joined(choices);
  if (const auto range = range_of(x); !range.empty())
    result += ", " + range;
  if (!x.get_default_str().empty())
    result += " (default " + x.get_default_str() + ')';
  return result + '.';
}

std::vector<manual_page> compose_manual(const CLI::App& program, const std::string& date, const std::string& event_schema) {
  std::vector<manual_page> result{program_page(program, date)};
  for (const auto* x : shown_parts(program))
    result.push_back(page_of(*x, date));
  result.push_back(settings_page(date));
  result.push_back(events_page(program, date, event_schema));
  return result;
}

} // namespace pmactor
