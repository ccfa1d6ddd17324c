#include "app/commands/commands.hpp"

#include "actors/host/tune_heap.hpp"
#include "app/command_line/open_reader.hpp"
#include "app/command_line/parse_moment.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/explain/read_record.hpp"
#include "app/explain/show_answer.hpp"
#include "app/settings/override_settings.hpp"
#include "app/views/escape.hpp"
#include "messages/time.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr int exit_not_known = 4;

struct explain_options {
  std::shared_ptr<place_flags> where;
  std::string at, from, to;
  bool json = false;
};

/// @returns the moment. @throws std::invalid_argument with a sentence.
nanoseconds moment(const std::string& text, const char* option, nanoseconds now) {
  const auto result = parse_moment(text, now);
  if (!result)
    throw std::invalid_argument{std::string{option} + " takes a moment like " + moment_examples
                                + ", not '" + text + "'."};
  return *result;
}

/// @returns the span that a moment names as it was written: the minute, the second, or half a
/// second around it.
stretch span_of(const std::string& text, nanoseconds at) {
  const auto clock =
    text.substr(text.find_last_of("T ") == text.npos ? 0 : text.find_last_of("T ") + 1);
  const auto colon = clock.find(':');
  const bool has_seconds = colon != clock.npos && clock.find(':', colon + 1) == colon + 3;
  if (colon != clock.npos && !has_seconds)
    return {to_seconds(at), to_seconds(at + 1min)};
  if (at % 1s == 0ns)
    return {to_seconds(at), to_seconds(at + 1s)};
  return {to_seconds(at - 500ms), to_seconds(at + 500ms)};
}

stretch asked_span(const explain_options& options, nanoseconds now) {
  if (!options.at.empty())
    return span_of(options.at, moment(options.at, "--at", now));
  if (options.from.empty())
    throw std::invalid_argument{
      "name the time: --at WHEN, or --from WHEN with or without --to WHEN."};
  const auto from = moment(options.from, "--from", now);
  const auto to = options.to.empty() ? now : moment(options.to, "--to", now);
  if (to <= from)
    throw std::invalid_argument{
      "the end must be later than the begin; --to is the present if it is left out."};
  return {to_seconds(from), to_seconds(to)};
}

int explain(const explain_options& options) {
  keep_heap();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  stretch span;
  try {
    span = asked_span(options, now);
  } catch (const std::invalid_argument& e) {
    std::cerr << "pmactor explain: " << escaped(e.what()) << '\n';
    return exit_usage;
  }
  const auto where = options.where->find();
  // Settings that cannot be read are no reason to know nothing: then the defaults are as good as
  // any.
  const auto policy = record_policy_of(read_layered_settings(*options.where).values);
  auto events = open_reader<event_reader>(where);
  history_reader history{where.database()};
  const auto record = read_record(events, history, span, policy, to_seconds(now));
  const auto answer = explain_span(span, record, policy, to_seconds(now));
  if (options.json)
    std::cout << answer_json(answer) << '\n';
  else
    std::cout << show_answer(answer, style_of(STDOUT_FILENO));
  return answer.verdict == span_verdict::clear     ? exit_fine
         : answer.verdict == span_verdict::held_up ? exit_failed
                                                   : exit_not_known;
}

int explain_or_say_why(const explain_options& options) {
  try {
    return explain(options);
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
  auto* at = verb
               ->add_option("--at", options->at,
                            "The second or minute that this names, e.g. 14:32:07 or 14:32")
               ->type_name("WHEN");
  verb
    ->add_option("--from", options->from,
                 std::string{"From this moment on, e.g. "} + moment_examples)
    ->type_name("WHEN")
    ->excludes(at);
  verb->add_option("--to", options->to, "Up to this moment; without it, the present")
    ->type_name("WHEN")
    ->excludes(at);
  verb->add_flag("--json", options->json, "Write JSON");
  verb->footer("Exit codes: 0 nothing held it up, 1 something did, or the clock was set, 2 wrong "
               "usage, 4 not known: "
               "not all of it was recorded.");
  run_when_chosen(*verb, chosen, options, explain_or_say_why);
}

} // namespace pmactor
