#include "app/commands/commands.hpp"

#include "app/bundle/gather_bundle.hpp"
#include "app/command_line/find_event.hpp"
#include "app/command_line/open_reader.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/command_line/usage_problem.hpp"
#include "app/export/carry_exports.hpp"
#include "app/export/write_otlp_lines.hpp"
#include "app/instance/launch.hpp"
#include "app/instance/write_file.hpp"
#include "app/settings/override_settings.hpp"
#include "app/views/escape.hpp"
#include "app/views/terminal.hpp"
#include "messages/time.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace pmactor {
namespace {

constexpr std::size_t most_events = 20;

struct export_options {
  std::shared_ptr<place_flags> where;
  std::vector<std::string> events;
  std::string output;
  bool otlp = false, keep_all = false, yes = false, force = false;
};

/// What was handed over once may be all that is left of an event: it is not replaced by accident.
/// @throws std::runtime_error if a file is there and may not be replaced. A device or a pipe is written into.
void refuse_to_replace(const std::filesystem::path& file, const export_options& asked) {
  std::error_code unknown;
  if (!asked.force && std::filesystem::is_regular_file(file, unknown))
    throw std::runtime_error(file.string() + " is there already and was left as it is; --force replaces it, -o names another.");
}

/// Shows all that would go out. @returns whether the user wants that.
bool is_wanted(const std::vector<bundle_file>& files, bool asked_before) {
  std::cerr << "Names of users and hosts, addresses and paths would go out as they are, in:\n";
  for (const auto& x : files)
    std::cerr << "  " << padded_left(bytes_in_words(x.content.size()), 9) << "  " << escaped(x.name)
              << '\n';
  if (asked_before)
    return true;
  if (::isatty(STDIN_FILENO) != 1) {
    std::cerr << "pmactor: Nothing was written; with --yes it is.\n";
    return false;
  }
  std::cerr << "Write it? [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

/// @returns those that were named; nullopt, having said so, if there is none of that name.
std::optional<std::vector<event_row>> find_events(const export_options& asked, event_reader& reader,
                                                  std::chrono::nanoseconds now) {
  std::vector<event_row> result;
  for (const auto& text : asked.events) {
    const auto name = parse_event_name(text, now);
    if (!name)
      throw usage_problem("'" + text + "' names no event; write its number, or a moment of it, e.g. 09:08:55, or last.");
    auto found = find_events(reader, *name);
    if (found.size() != 1) {
      std::cerr << "pmactor: " << escaped(not_one_event(text, *name, found)) << '\n';
      return std::nullopt;
    }
    // Two names may mean the same event.
    if (std::none_of(result.begin(), result.end(), [&found](const event_row& x) { return x.id == found.front().id; }))
      result.push_back(std::move(found.front()));
  }
  return result;
}

/// Writes the events that were named, or all, the oldest first, as OpenTelemetry's logs.
int write_otlp(const export_options& asked) {
  const bool to_stdout = asked.output.empty() || asked.output == "-";
  if (!to_stdout)
    refuse_to_replace(asked.output, asked);
  auto reader = open_reader<event_reader>(asked.where->find());
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto named = find_events(asked, reader, now);
  if (!named)
    return exit_failed;
  std::ostringstream kept;
  std::ostream& out = to_stdout ? std::cout : kept;
  otlp_lines lines{out, own_origin(read_layered_settings(as_the_daemon(*asked.where)).values.exporter.labels), to_seconds(now)};
  for (const auto& x : *named)
    lines.add(x);
  constexpr std::size_t at_once = 100;
  std::int64_t through = 0;
  for (bool more = named->empty(); more;) {
    const auto rows = reader.after(through, at_once);
    more = rows.size() == at_once;
    for (const auto& x : rows) {
      more = lines.add(x) && more;
      through = x.id;
    }
  }
  lines.end();
  out.flush();
  if (!to_stdout)
    write_file(asked.output, kept.str(), 0600, missing_folder::refuse);
  return exit_fine;
}

int write_bundle(const export_options& asked) {
  if (asked.otlp)
    return write_otlp(asked);
  if (asked.events.empty())
    throw usage_problem("Which event? Write its number, or a moment of it, e.g. 09:08:55, or last.");
  if (asked.events.size() > most_events)
    throw usage_problem("A bundle holds " + std::to_string(most_events) + " events at most; name fewer.");
  const auto form = archive_form_of(asked.output);
  if (!form)
    throw usage_problem("A bundle is a .tar.zst or a .zip; '" + asked.output
                        + "' would be neither.");
  const auto where = asked.where->find();
  auto reader = open_reader<event_reader>(where);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto events = find_events(asked, reader, now);
  if (!events)
    return exit_failed;
  const std::filesystem::path file = asked.output.empty() ? bundle_name(*events) : asked.output;
  if (asked.output != "-")
    refuse_to_replace(file, asked);
  auto content = gather_bundle(reader, *events, *asked.where);
  std::string packed;
  if (asked.keep_all) {
    content.keeps_all = true;
    const auto files = compose_bundle(std::move(content), hide_secrets());
    if (!is_wanted(files, asked.yes))
      return exit_failed;
    packed = pack_archive(files, to_seconds(now), *form);
  } else {
    packed = redacted_bundle(std::move(content), *form);
  }
  if (asked.output == "-") {
    std::cout << packed << std::flush;
    return exit_fine;
  }
  if (write_file(file, packed, 0600, missing_folder::refuse))
    std::cout << "The bundle is in " << escaped(file.string()) << " ("
              << bytes_in_words(packed.size()) << "). "
              << (asked.keep_all ? "Only secrets are hidden in it.\n"
                                 : "Users, hosts, addresses, homes and secrets are hidden in it; "
                                   "look into it before you "
                                   "send it.\n");
  return exit_fine;
}

} // namespace

void add_export(CLI::App& program, command& chosen) {
  auto asked = std::make_shared<export_options>();
  auto* verb = program.add_subcommand(
    "export", "Write all that is known of events into one file to hand over");
  verb
    ->add_option("ID", asked->events, std::string{event_name_words} + "; several are possible")
    ->type_name("");
  verb
    ->add_option("-o,--output", asked->output,
                 "Write to this file, a .tar.zst or .zip, - for standard output; without it "
                 "pmactor-event-ID.tar.zst, or pmactor-events-ID-ID.tar.zst of several")
    ->type_name("FILE");
  verb->add_flag("--force", asked->force, "Replace the file if it is there");
  auto* otlp = verb->add_flag(
    "--otlp", asked->otlp,
    "Write OpenTelemetry's logs instead, as lines of JSON; all events if none is named, and to "
    "standard output if no file is. As they are: nothing is hidden");
  verb
    ->add_flag("--keep-all", asked->keep_all,
               "Keep names, addresses and paths, and traces; shows first what goes out, and asks")
    ->excludes(otlp);
  verb->add_flag("--yes", asked->yes, "Do not ask");
  asked->where = add_place_flags(*verb);
  run_when_chosen(*verb, chosen, asked, write_bundle);
}

} // namespace pmactor
