#include "app/commands/commands.hpp"

#include "actors/host/tune_heap.hpp"
#include "app/command_line/open_reader.hpp"
#include "app/command_line/parse_moment.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/command_line/time_range.hpp"
#include "app/command_line/usage_problem.hpp"
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
#include <string>
#include <unistd.h>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr int exit_not_known = 4;

struct explain_options {
  std::shared_ptr<place_flags> where;
  std::string at, from, to;
  bool json = false;
};

/// @throws usage_problem if no span was named.
stretch asked_span(const explain_options& options, nanoseconds now) {
  if (!options.at.empty()) {
    const auto span = span_named_by(options.at, moment_of("--at", options.at, now));
    return {to_seconds(span.from), to_seconds(span.to)};
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
  stretch span;
  try {
    span = asked_span(options, now);
  } catch (const usage_problem& e) {
    std::cerr << "pmactor explain: " << escaped(e.what()) << '\n';
    return exit_usage;
  }
  const auto where = options.where->find();
  // Settings that cannot be read are no reason to know nothing: then the defaults are as good as
  // any.
  const auto policy = record_policy_of(read_layered_settings(as_the_daemon(*options.where)).values);
  auto events = open_reader<event_reader>(where);
  history_reader history{where.database()};
  const auto daemon = health_of_daemon(where);
  auto record = read_record(events, history, span, policy, to_seconds(now), is_there(daemon.state));
  record.open = find_open_end(record, daemon, to_seconds(now));
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
