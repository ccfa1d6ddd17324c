#include "app/commands/commands.hpp"

#include "actors/host/tune_heap.hpp"
#include "app/command_line/find_event.hpp"
#include "app/command_line/open_reader.hpp"
#include "app/command_line/parse_moment.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/command_line/time_range.hpp"
#include "app/command_line/usage_problem.hpp"
#include "app/explain/choose_span.hpp"
#include "app/explain/find_open_end.hpp"
#include "app/explain/read_record.hpp"
#include "app/explain/render_answer.hpp"
#include "app/instance/launch.hpp"
#include "app/settings/override_settings.hpp"
#include "app/views/escape.hpp"
#include "app/views/inspect_health.hpp"
#include "messages/time.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <variant>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr int exit_not_known = 4;

struct explain_options {
  std::shared_ptr<place_flags> where;
  std::string word, at, from, to;
  bool json = false;
};

/// @returns what the moment names, a day up to the present.
stretch named_time(const std::string& text, nanoseconds at, nanoseconds now) {
  using namespace std::chrono_literals;
  auto span = span_named_by(text, at);
  if (span.to - span.from > 1min && span.from < now)
    span.to = std::min(span.to, now);
  return {to_seconds(span.from), to_seconds(span.to)};
}

/// @returns the event that a word without an option names; nullopt if it is a moment. A number is that of an event, as
/// it is to other commands, unless it is one of Unix seconds.
std::optional<event_name> named_event(const std::string& word, nanoseconds now) {
  constexpr std::int64_t first_moment = 100'000'000;
  auto name = parse_event_name(word, now);
  if (!name || std::holds_alternative<named_span>(*name))
    return std::nullopt;
  const auto* number = std::get_if<std::int64_t>(&*name);
  return number != nullptr && *number >= first_moment && parse_moment(word, now) ? std::nullopt : name;
}

/// @returns the time of the event. @throws usage_problem if there is none.
stretch time_of_event(const std::string& word, const event_name& name, event_reader& reader, nanoseconds now) {
  const auto found = find_events(reader, name);
  if (found.size() != 1)
    throw usage_problem(not_one_event(word, name, found));
  return span_of(span_event_of(found.front(), to_seconds(now)));
}

bool names_nothing(const explain_options& x) {
  return x.word.empty() && x.at.empty() && x.from.empty() && x.to.empty();
}

/// @returns the time that is meant where none is named.
stretch usual_span(event_reader& reader, nanoseconds now) {
  const auto newest = find_newest_event(reader);
  return choose_span(newest ? std::optional{span_event_of(*newest, to_seconds(now))} : std::nullopt, to_seconds(now));
}

/// @throws usage_problem if no span was named.
stretch asked_span(const explain_options& options, nanoseconds now) {
  if (!options.at.empty())
    return named_time(options.at, moment_of("--at", options.at, now), now);
  if (!options.word.empty()) {
    if (const auto at = parse_moment(options.word, now))
      return named_time(options.word, *at, now);
    throw usage_problem("'" + options.word + "' names no moment and no event; write e.g. 14:32, 12 or last.");
  }
  if (options.from.empty())
    throw usage_problem("Name the time: --at WHEN, or --from WHEN with or without --to WHEN.");
  const auto range = read_range({"--from", options.from}, {"--to", options.to}, now, true);
  return {*range.since, range.until.value_or(to_seconds(now))};
}

/// @returns how the daemon is; not running if that cannot be seen.
health_verdict health_of_daemon(const places& where) {
  try {
    return inspect_health(find_health_page(where)).verdict;
  } catch (const std::exception&) {
    return {};
  }
}

int explain(const explain_options& options) {
  keep_heap();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto name = named_event(options.word, now);
  stretch span;
  const bool is_usual = names_nothing(options);
  if (!name && !is_usual)
    span = asked_span(options, now);
  const auto where = options.where->find();
  // Settings that cannot be read are no reason to know nothing: then the defaults are as good as
  // any.
  const auto policy = record_policy_of(read_layered_settings(as_the_daemon(*options.where)).values);
  auto events = open_reader<event_reader>(where);
  if (name)
    span = time_of_event(options.word, *name, events, now);
  else if (is_usual)
    span = usual_span(events, now);
  history_reader history{where.database()};
  const auto daemon = health_of_daemon(where);
  auto record = read_record(events, history, span, policy, to_seconds(now), is_there(daemon.state));
  record.open = find_open_end(record, daemon, to_seconds(now));
  record.over_since = find_end(record, daemon, to_seconds(now));
  const auto answer = explain_span(span, record, policy, to_seconds(now));
  if (options.json)
    std::cout << answer_json(answer) << '\n';
  else
    std::cout << render_answer(answer, style_of(STDOUT_FILENO));
  return answer.verdict == span_verdict::clear     ? exit_fine
         : answer.verdict == span_verdict::held_up ? exit_failed
                                                   : exit_not_known;
}

int explain_or_say_why(const explain_options& options) {
  try {
    return explain(options);
  } catch (const usage_problem& e) {
    std::cerr << "pmactor explain: " << escaped(e.what()) << '\n';
    return exit_usage;
  } catch (const std::exception& e) {
    std::cerr << "pmactor explain: " << escaped(e.what()) << '\n';
    return exit_not_known;
  }
}

} // namespace

void add_explain(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<explain_options>();
  auto* verb = program.add_subcommand(
    "explain", "Say whether this machine was held up at some time, and by what");
  options->where = add_data_flag(*verb);
  auto* word = verb
                 ->add_option("WHEN", options->word,
                              "The same as --at, or an event: its number in the list, or last; where no time is named, "
                              "the newest event if it was within the last hour, else that hour")
                 ->type_name("");
  auto* at = verb
               ->add_option("--at", options->at,
                            "The second, minute or day that this names, e.g. 14:32:07, 14:32 or yesterday")
               ->type_name("WHEN")
               ->excludes(word);
  verb
    ->add_option("--from", options->from,
                 std::string{"From this moment on, e.g. "} + moment_examples)
    ->type_name("WHEN")
    ->excludes(at)
    ->excludes(word);
  verb->add_option("--to", options->to, "Up to this moment; without it, the present")
    ->type_name("WHEN")
    ->excludes(at)
    ->excludes(word);
  verb->add_flag("--json", options->json, "Write JSON");
  verb->footer("Exit codes: 0 nothing held it up, 1 something did, or the clock was set, 2 wrong "
               "usage, 4 not known: "
               "not all of it was recorded.");
  run_when_chosen(*verb, chosen, options, explain_or_say_why);
}

} // namespace pmactor
