#include "app/commands/commands.hpp"

#include "app/views/inspect_health.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/instance/find_others.hpp"
#include "app/views/event_values.hpp"
#include "app/views/escape.hpp"
#include "app/views/render_status.hpp"
#include "messages/words.hpp"

#include <iostream>
#include <memory>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

struct status_options {
  std::shared_ptr<place_flags> where;
  bool json = false, line = false;
};

std::vector<event_row> stalls_that_last(const std::filesystem::path& file) {
  std::vector<event_row> result;
  event_range range;
  range.kind = to_string(event_kind::stall);
  range.limit = 16; // more do not last at once, and what is older is over
  event_reader{file}.events(range, [&result](const event_row& x) {
    if (stall_lasts(x))
      result.push_back(x);
    return true;
  });
  return result;
}

std::optional<event_row> newest_outage(const std::filesystem::path& file, std::chrono::nanoseconds now) {
  std::optional<event_row> result;
  event_range range;
  range.kind = to_string(event_kind::outage);
  range.limit = 8; // what was ordered may have come since
  event_reader{file}.events(range, [&](const event_row& x) {
    if (is_news(x, now))
      result = x;
    return !result;
  });
  return result;
}

/// Whatever of the history can be read. A history that cannot, is no reason to say nothing.
void look_at_history(status_view& view) {
  const auto file = view.where.database();
  std::error_code missing;
  const auto size = std::filesystem::file_size(file, missing);
  if (missing)
    return;
  auto log = file;
  log += "-wal";
  const auto log_size = std::filesystem::file_size(log, missing);
  view.disk = size + (missing ? 0 : log_size);
  try {
    history_reader history{file};
    view.newest = history.newest();
    view.events = history.count_events();
    view.last_pause = history.newest_pause();
    if (view.daemon.presence == daemon_presence::running)
      view.stalls = stalls_that_last(file);
    view.outage = newest_outage(file, view.now);
  } catch (const storage_problem& e) {
    view.trouble = e.what();
  }
}

int show_status(const status_options& options) {
  status_view view;
  view.where = options.where->find();
  view.daemon = find_daemon(view.where);
  if (view.daemon.presence == daemon_presence::not_running)
    if (const auto others = explain_absence(view.where); !others.empty())
      view.daemon.sentence += ' ' + others;
  try {
    view.health = inspect_health(find_health_page(view.where));
  } catch (const std::exception&) { // shown as unreadable; `inspect` says why
  }
  view.now = read_clocks().wall;
  look_at_history(view);
  view.jobs = judge_jobs(read_layered_settings(*options.where));
  view.cores = std::thread::hardware_concurrency();
  const auto style = style_of(STDOUT_FILENO);
  if (options.json)
    std::cout << status_json(view);
  else if (options.line)
    std::cout << (::isatty(STDOUT_FILENO) == 1 ? cut(spelled(status_line(view), style), style.width, style)
                                               : spelled(status_line(view), style))
              << '\n';
  else
    std::cout << render_status(view, style);
  return exit_code_of(view);
}

int status(const status_options& options) {
  try {
    return show_status(options);
  } catch (const std::exception& e) {
    std::cerr << "pmactor status: " << escaped(e.what()) << '\n';
    return exit_code_of(daemon_presence::unknown);
  }
}

} // namespace

void add_status(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<status_options>();
  auto* verb =
    program.add_subcommand("status", "Say whether the daemon runs, and how this machine is");
  options->where = add_data_flag(*verb);
  auto* json = verb->add_flag("--json", options->json, "Write JSON");
  verb->add_flag("--line", options->line, "Only the first line")->excludes(json);
  verb->footer(
    "Exit codes, as LSB has them: 0 running, 1 dead but its PID file is there, 3 not running, "
    "4 unknown, or its process is there and does not get on.");
  run_when_chosen(*verb, chosen, options, status);
}

} // namespace pmactor
