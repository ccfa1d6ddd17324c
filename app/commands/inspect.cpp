#include "app/commands/commands.hpp"

#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/command_line/numbers.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/doctor/gather_facts.hpp"
#include "app/views/escape.hpp"
#include "app/instance/find_others.hpp"
#include "app/views/health_json.hpp"
#include "app/views/inspect_health.hpp"
#include "app/instance/places.hpp"
#include "app/views/root_words.hpp"
#include "app/views/terminal.hpp"
#include "app/views/watch.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <iostream>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

namespace pmactor {
namespace {

/// The daemon may be well or not: its page cannot be read.
constexpr int exit_unknown = 4;

struct inspect_options {
  std::shared_ptr<place_flags> where;
  bool json = false;
  std::optional<std::chrono::nanoseconds> period; ///< Absent to show it once.
};

/// Writes what mends it as this user can run it: the daemon, whose words these are, may be another one's.
void name_commands(health_view& view) {
  const auto way = own_way_to_root();
  for (auto& x : view.verdict.findings)
    x.sentence = commands_by_root(x.sentence, way);
  if (view.report)
    for (auto& x : view.report->actors)
      for (auto* text : {&x.degraded, &x.note, &x.failure})
        *text = commands_by_root(*text, way);
}

/// @returns when the newest sample was taken, in Unix seconds; nullopt if that cannot be read.
std::optional<double> newest_sample(const places& where) {
  try {
    const auto newest = history_reader{where.database()}.newest();
    return newest ? (*newest)[sample_column::timestamp] : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

health_view look_at(const inspect_options& options) {
  const auto where = options.where->find();
  auto view = inspect_daemon(where);
  name_commands(view);
  if (view.verdict.state == health_state::dead)
    heed_newest_sample(view, newest_sample(where));
  if (view.report || view.verdict.state != health_state::not_running)
    return view;
  if (const auto others = explain_absence(where); !others.empty())
    view.verdict.findings.push_back({false, "", others});
  return view;
}

/// @returns what limits it most here, with the way to the rest.
std::string limit_line(const std::vector<machine_limit>& limits, const text_style& style) {
  std::string result;
  const auto more = limits.size() - 1;
  const auto text = "Limited here: " + escaped_once(limits.front().sentence) + " `pmactor doctor` says how to mend it"
                    + (more == 0 ? "." : more == 1 ? ", and 1 more." : ", and " + std::to_string(more) + " more.");
  for (const auto& line : wrapped(spelled(text, style), style.width))
    result += line + '\n';
  return result;
}

int inspect_once(const inspect_options& options) {
  try {
    const auto view = look_at(options);
    auto limits = find_limits(gather_facts(*options.where));
    // How the daemon is, is said already; what matters little is left to `doctor`.
    std::erase_if(limits, [](const machine_limit& x) {
      return x.about == "daemon" || x.about == "degraded" || x.weight == limit_weight::minor;
    });
    if (options.json) {
      auto document = health_json(view);
      document["limit"] = limits.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(limits.front().sentence);
      std::cout << dumped(document, true) << '\n' << std::flush;
    } else {
      const auto style = style_of(STDOUT_FILENO);
      std::cout << render_health(view, style) << (limits.empty() ? "" : limit_line(limits, style)) << std::flush;
    }
    return exit_code_of(view.verdict.state);
  } catch (const std::exception& e) {
    std::cerr << "pmactor inspect: " << escaped(e.what()) << '\n';
    return exit_unknown;
  }
}

int watch_health(const inspect_options& options, std::chrono::nanoseconds period) {
  return watch_daemon("inspect", period, options.json, exit_unknown,
                      [&options](const text_style& style, bool is_terminal) -> daemon_look {
                        const auto view = look_at(options);
                        const auto code = exit_code_of(view.verdict.state);
                        if (options.json) // a document a line, unless a person looks at it
                          return {dumped(health_json(view), is_terminal) + '\n', code, {}};
                        return {render_health(view, style), code, view.now_wall};
                      });
}

int inspect(const inspect_options& options) {
  return options.period ? watch_health(options, *options.period) : inspect_once(options);
}

} // namespace

void add_inspect(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<inspect_options>();
  auto* verb = program.add_subcommand(
    "inspect", "Show how the daemon and each of its actors is, also when it is stuck or dead");
  options->where = add_data_flag(*verb);
  verb->add_flag("--json", options->json, "Write JSON; with --watch one document a line");
  add_watch_option(*verb, options->period);
  verb->footer(
    "Exit codes: 0 healthy, 1 degraded, 2 stuck, stopped or dead, 3 not running, 4 unknown.");
  run_when_chosen(*verb, chosen, options, inspect);
}

} // namespace pmactor
