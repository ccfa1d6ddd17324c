#include "app/bundle/compose_bundle.hpp"

#include "app/bundle/compose_summary.hpp"
#include "app/bundle/facts_document.hpp"
#include "app/report/render_report.hpp"
#include "app/trace/write_trace.hpp"
#include "app/views/encode_event.hpp"
#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/views/render_event.hpp"
#include "app/views/terminal.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace pmactor {
namespace {

constexpr std::string_view facts_name = "facts.json";
constexpr std::string_view evidence_folder = "evidence/";
constexpr std::size_t shown_of_a_file = 48 * 1024; ///< On the page of a report.

/// As a page shows them: the beginnings, and nothing that is no text.
report_facts shortened(report_facts facts) {
  std::erase_if(facts.files, [](const report_file& x) { return x.text.find('\0') != x.text.npos; });
  for (auto& x : facts.files)
    if (x.text.size() > shown_of_a_file && x.name != "processes.json")
      x.text.resize(shown_of_a_file);
  return facts;
}

std::vector<std::string> names_of(const report_facts& facts) {
  std::vector<std::string> result;
  for (const auto& x : facts.files)
    result.push_back(x.name);
  return result;
}

constexpr std::size_t readme_width = 78;

std::string paragraph(const std::string& text) {
  std::string result;
  for (const auto& line : wrapped(text, readme_width))
    result += line + '\n';
  return result + '\n';
}

/// @returns an entry whose further lines stand below its text.
std::string entry(const std::string& name, const std::string& text, std::size_t column) {
  auto lead = padded("  " + name, column);
  std::string result;
  for (const auto& line : wrapped(text, readme_width > column + 20 ? readme_width - column : 20)) {
    result += lead + line + '\n';
    lead.assign(column, ' ');
  }
  return result;
}

std::string readme(const bundle_content& content, const std::vector<std::string>& left_out) {
  const auto count = content.events.size();
  auto result = paragraph("This is what pmactor, a program that finds out why a machine freezes, knows of "
                          + (count == 1 ? std::string{"one event"} : std::to_string(count) + " events") + '.');
  std::size_t longest = 0;
  for (const auto& x : content.events)
    longest = std::max(longest, std::to_string(x.event.id).size());
  for (const auto& x : content.events)
    result += entry("event-" + std::to_string(x.event.id) + '/',
                    headline_of(x) + ", " + moment_words(x.event.started, "%Y-%m-%d %H:%M:%S %z"), longest + 11);
  constexpr std::size_t column = 18;
  result += "\nIn each of these folders:\n\n"
            + entry("summary.txt", "what happened, to be read or put into a ticket", column)
            + entry("report.html", "all of it as a page for any browser; it asks no network", column)
            + entry("trace.json", "when what ran and how busy the machine was, for ui.perfetto.dev or chrome://tracing, "
                                  "which draw it", column)
            + entry("event.json", "the same for programs, with the seconds that led to it", column)
            + entry("facts.json", "what pmactor itself reads back", column)
            + entry("evidence/", "what was captured while it happened", column) + "\nBeside them:\n\n"
            + entry("machine.json", "the kernel, the processor, the memory and the disks", column)
            + entry("settings.toml", "the settings that were not at their defaults", column)
            + "\nTo look into it elsewhere:\n\n  pmactor events show --bundle FILE\n  pmactor report --bundle FILE\n\n";
  result += content.keeps_all
              ? paragraph("Names of users and hosts, addresses and paths are as they were. What looks like a secret "
                          "(passwords, tokens, keys) is hidden: [hidden].")
              : paragraph("What says whose machine it was is hidden: users are user-1, user-2 ..., hosts host-1, addresses "
                          "address-1, long numbers id-1, and what lies in a home is ~/... . The same name stands for the "
                          "same thing in all files. What looks like a secret, or like the environment of a program in "
                          "its command line, is [hidden]. Names of programs, disks and control groups are as they were.");
  if (!left_out.empty())
    result += paragraph("Left out, as it is no text and its content cannot be redacted: " + joined(left_out) + '.');
  result.pop_back(); // the blank line behind the last paragraph
  return result;
}

/// @param facts redacted already; *pauses* not yet.
std::string trace_of(const report_facts& facts, std::vector<event_row> pauses,
                     const redaction& how) {
  for (auto& x : pauses)
    redact(x, how);
  std::ostringstream result;
  write_trace(result, {facts.event, std::move(pauses), facts.seconds, {}, facts.version});
  return result.str();
}

} // namespace

std::string bundle_name(const std::vector<event_row>& events) {
  constexpr std::size_t most_named = 6;
  std::string result = events.size() == 1 ? "pmactor-event" : "pmactor-events";
  if (events.size() <= most_named)
    for (const auto& x : events)
      result += '-' + std::to_string(x.id);
  else
    result += '-' + std::to_string(events.front().id) + "-to-" + std::to_string(events.back().id);
  return result + ".tar.zst";
}

std::vector<bundle_file> compose_bundle(bundle_content content, const redaction& how) {
  std::vector<std::string> left_out;
  std::vector<bundle_file> result(1);
  result.front().name = "README.txt";
  content.pauses.resize(content.events.size());
  for (std::size_t i = 0; i < content.events.size(); ++i) {
    auto& facts = content.events[i];
    const auto before = names_of(facts);
    redact(facts, how);
    const auto after = names_of(facts);
    for (const auto& name : before)
      if (std::find(after.begin(), after.end(), name) == after.end())
        left_out.push_back(name);
    const auto folder = "event-" + std::to_string(facts.event.id) + '/';
    const std::vector<sample_row> lead_up{
      facts.seconds.begin(), facts.seconds.begin() + static_cast<std::ptrdiff_t>(facts.lead_up)};
    result.push_back({folder + "summary.txt", compose_summary(facts, content.machine)});
    result.push_back({folder + "report.html", render_report(shortened(facts))});
    result.push_back(
      {folder + "event.json",
       event_json(facts.event, lead_up, after, event_ties{facts.stall, facts.parts, facts.likeness})
         + '\n'});
    result.push_back({folder + "trace.json", trace_of(facts, std::move(content.pauses[i]), how)});
    result.push_back({folder + std::string{facts_name}, facts_document(facts)});
    for (auto& x : facts.files)
      if (is_plain_path(x.name))
        result.push_back({folder + std::string{evidence_folder} + x.name, std::move(x.text)});
  }
  result.push_back({"machine.json", machine_document(content.machine)});
  std::string settings = "# The settings that are not at their defaults.\n";
  for (const auto& [key, line] : content.settings)
    settings += how.text(line);
  result.push_back({"settings.toml", std::move(settings)});
  result.front().content = readme(content, left_out);
  return result;
}

std::vector<report_facts> parse_bundle(const std::vector<bundle_file>& files) {
  std::vector<report_facts> result;
  for (const auto& x : files) {
    const auto slash = x.name.find('/');
    if (slash == x.name.npos || std::string_view{x.name}.substr(slash + 1) != facts_name)
      continue;
    auto facts = parse_facts_document(x.content);
    if (!facts)
      continue;
    const auto folder = x.name.substr(0, slash + 1) + std::string{evidence_folder};
    for (const auto& other : files)
      if (other.name.starts_with(folder))
        facts->files.push_back(
          {other.name.substr(folder.size()), other.content, other.content.size()});
    result.push_back(shortened(std::move(*facts)));
  }
  if (result.empty())
    throw std::runtime_error("The bundle holds no event that this version of pmactor can read.");
  return result;
}

const report_facts& find_bundled(const std::vector<report_facts>& events, const std::string& name) {
  if (name.empty() && events.size() == 1)
    return events.front();
  if (name == "last" && !events.empty())
    return *std::max_element(events.begin(), events.end(), [](const report_facts& a, const report_facts& b) {
      return a.event.started < b.event.started;
    });
  std::vector<std::string> names;
  for (const auto& x : events) {
    names.push_back(std::to_string(x.event.id));
    if (!name.empty()
        && (name == names.back()
            || (x.event.event_id && name == std::to_string(*x.event.event_id))))
      return x;
  }
  throw std::runtime_error((name.empty() ? "The bundle holds several events"
                                         : "The bundle holds no event " + escaped(name))
                           + "; name one of " + joined(names) + '.');
}

} // namespace pmactor
