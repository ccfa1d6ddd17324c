#include "app/commands/commands.hpp"

#include "app/views/escape.hpp"
#include "app/views/health_json.hpp"
#include "app/views/inspect_health.hpp"
#include "app/instance/places.hpp"
#include "app/views/terminal.hpp"
#include "app/views/watch.hpp"
#include "messages/words.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <unistd.h>

namespace pmactor {
namespace {

/// The daemon may be well or not: its page cannot be read.
constexpr int exit_unknown = 4;

struct inspect_options {
  std::string data;
  bool json = false;
  std::optional<double> period; ///< Seconds; absent to show it once.
};

health_view look_at(const inspect_options& options) {
  place_options named;
  if (!options.data.empty())
    named.data = canonical_folder(options.data);
  return inspect_health(find_health_page(find_places(look_around(), named)));
}

int inspect_once(const inspect_options& options) {
  try {
    const auto view = look_at(options);
    std::cout << (options.json ? dumped(health_json(view), true) + '\n'
                               : render_health(view, style_of(STDOUT_FILENO)))
              << std::flush;
    return exit_code_of(view.verdict.state);
  } catch (const std::exception& e) {
    std::cerr << "pmactor inspect: " << escaped(e.what()) << '\n';
    return exit_unknown;
  }
}

/// @returns the exit code for what was seen last.
int inspect_again_and_again(const inspect_options& options, double seconds) {
  int code = exit_unknown;
  const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
  const auto period =
    std::chrono::round<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
  watch(period, [&](const text_style& style) -> std::string {
    try {
      const auto view = look_at(options);
      code = exit_code_of(view.verdict.state);
      if (options.json) // a document a line, unless a person looks at it
        return dumped(health_json(view), is_terminal) + '\n';
      const auto now = std::chrono::duration_cast<std::chrono::seconds>(view.now_wall).count();
      const auto head = "pmactor inspect, every " + to_words(period) + ", " + local_time(now, now)
                        + (is_terminal ? "; q quits" : "");
      return painted(spelled(head, style), paint::dim, style) + "\n\n" + render_health(view, style)
             + (is_terminal ? "" : "\n");
    } catch (const std::exception& e) {
      code = exit_unknown;
      return options.json && !is_terminal ? dumped({{"error", e.what()}}, false) + '\n'
                                          : "pmactor inspect: " + escaped(e.what()) + '\n';
    }
  });
  return code;
}

int inspect(const inspect_options& options) {
  return options.period ? inspect_again_and_again(options, *options.period) : inspect_once(options);
}

} // namespace

void add_inspect(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<inspect_options>();
  auto* verb = program.add_subcommand(
    "inspect", "Show how the daemon and each of its actors is, also when it is stuck or dead");
  verb->add_option("--data", options->data, "The daemon's data folder")->type_name("DIR");
  verb->add_flag("--json", options->json, "Write JSON; with --watch one document a line");
  // Without a number there is an empty text, which a number would be read from as 0.
  const auto take_period = [options](const std::string& text) {
    options->period = text.empty() ? 1 : std::stod(text);
  };
  verb
    ->add_option_function<std::string>("--watch", take_period,
                                       "Show it anew each second, or at this interval")
    ->type_name("[SECONDS]")
    ->expected(0, 1)
    ->check(CLI::Range(0.1, 86400.0).description(""));
  verb->footer(
    "Exit codes: 0 healthy, 1 degraded, 2 stuck, stopped or dead, 3 not running, 4 unknown.");
  run_when_chosen(*verb, chosen, options, inspect);
}

} // namespace pmactor
