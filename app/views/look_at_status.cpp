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
  range.kinds = {to_string(event_kind::stall)};
  range.limit = 16; // more do not last at once, and what is older is over
  event_reader{file}.events(range, [&result](const event_row& x) {
    if (stall_lasts(x))
      result.push_back(x);
    return true;
  });
  return result;
}

/// @returns what the WITNESS KEEPER writes down of what stalls; empty if nothing does.
std::string stalls_of_page(const std::optional<health_view>& health) {
  if (health && health->report)
    for (const auto& actor : health->report->actors)
      if (actor.stalls > 0)
        return actor.note;
  return {};
}

std::optional<event_row> newest_outage(const std::filesystem::path& file) {
  std::optional<event_row> result;
  event_range range;
  range.kinds = {to_string(event_kind::outage)};
  range.limit = 64; // what was ordered may have come since
  event_reader{file}.events(range, [&](const event_row& x) {
    if (is_news(x))
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
    view.outage = newest_outage(file);
  } catch (const storage_problem& e) {
    view.trouble = e.what();
  }
}

/// @returns what starts the daemon of this data. One of a service, started beside its manager, would hold the data
/// against it.
std::string start_command(const places& where) {
  const auto is_there = [](const std::filesystem::path& file) {
    std::error_code failed;
    return std::filesystem::exists(file, failed);
  };
  if (!is_there("/run/systemd/system"))
    return "pmactor start";
  if (where.data == "/var/lib/pmactor") {
    for (const char* folder : {"/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"})
      if (is_there(std::filesystem::path{folder} / "pmactor.service"))
        return "systemctl start pmactor";
  } else if (!where.data_named && is_there(where.settings.parent_path().parent_path() / "systemd/user/pmactor.service")) {
    return "systemctl --user start pmactor";
  }
  return "pmactor start";
}

} // namespace

status_view look_at_status(const place_flags& flags, bool is_repeated) {
  status_view view;
  view.where = flags.find();
  view.daemon = is_repeated ? look_for_daemon(view.where) : find_daemon(view.where);
  if (!is_repeated && view.daemon.presence == daemon_presence::not_running)
    if (const auto others = explain_absence(view.where); !others.empty())
      view.daemon.sentence += ' ' + others;
  try {
    view.health = inspect_health(find_health_page(view.where));
  } catch (const std::exception&) { // shown as unreadable; `inspect` says why
  }
  if (view.daemon.presence == daemon_presence::running)
    view.stalls_by_page = stalls_of_page(view.health);
  view.now = read_clocks().wall;
  view.start_command = start_command(view.where);
  look_at_history(view);
  if (!is_repeated)
    view.jobs = judge_jobs(read_layered_settings(flags));
  view.cores = std::thread::hardware_concurrency();
  return view;
}

} // namespace pmactor
