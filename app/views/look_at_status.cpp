#include "app/views/look_at_status.hpp"

#include "actors/host/read_clock.hpp"
#include "app/instance/find_others.hpp"
#include "app/settings/override_settings.hpp"
#include "app/views/event_values.hpp"
#include "app/views/inspect_health.hpp"

#include <exception>
#include <filesystem>
#include <system_error>
#include <thread>

namespace pmactor {
namespace {

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

} // namespace

status_view look_at_status(const place_flags& flags, bool again_and_again) {
  status_view view;
  view.where = flags.find();
  view.daemon = again_and_again ? look_for_daemon(view.where) : find_daemon(view.where);
  if (!again_and_again && view.daemon.presence == daemon_presence::not_running)
    if (const auto others = explain_absence(view.where); !others.empty())
      view.daemon.sentence += ' ' + others;
  try {
    view.health = inspect_health(find_health_page(view.where));
  } catch (const std::exception&) { // shown as unreadable; `inspect` says why
  }
  view.now = read_clocks().wall;
  look_at_history(view);
  if (!again_and_again)
    view.jobs = judge_jobs(read_layered_settings(flags));
  view.cores = std::thread::hardware_concurrency();
  return view;
}

} // namespace pmactor
