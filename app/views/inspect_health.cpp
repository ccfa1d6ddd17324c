#include "app/views/inspect_health.hpp"

#include "actors/host/explain_rights.hpp"
#include "actors/host/list_children.hpp"
#include "actors/supervision/map_health_page.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <cmath>
#include <string>
#include <system_error>
#include <utility>

namespace pmactor {
namespace {

/// @returns the page, or null if there is none.
const_health_page_ptr find_page(const std::filesystem::path& file) {
  try {
    return open_health_page(file);
  } catch (const std::system_error& e) {
    if (e.code() == std::errc::no_such_file_or_directory || e.code() == std::errc::not_a_directory)
      return nullptr;
    throw;
  }
}

} // namespace

void heed_daemon(health_view& view, const daemon_verdict& found, const std::filesystem::path& page, bool has_folder) {
  const auto state = view.verdict.state;
  if (state != health_state::not_running && state != health_state::dead)
    return;
  if (found.presence == daemon_presence::unknown && !view.report) {
    view.verdict = {health_state::unknown, "whether pmactor runs cannot be seen", {}, {{true, "", found.sentence}}};
  } else if (found.presence == daemon_presence::running && !(view.report && view.report->daemon == *found.daemon)) {
    const auto pid = std::to_string(found.daemon->pid);
    view.verdict = {health_state::degraded, "pmactor is starting (pid " + pid + ")", {}, {}};
    if (!view.report && !has_folder) {
      view.verdict.headline = "pmactor runs (pid " + pid + "), but how it is cannot be seen";
      view.verdict.findings.push_back({true, "",
                                       "its health page " + page.string()
                                         + " is gone with its folder; `pmactor restart` makes both anew"});
    }
    view.report.reset(); // of the process before
  }
}

void heed_newest_sample(health_view& view, std::optional<double> newest) {
  auto& sign = view.verdict.last_sign;
  if (view.verdict.state != health_state::dead || !sign || !newest)
    return;
  // What has not come yet was stored by a clock that was set back since.
  if (*newest > to_seconds(*sign) && *newest <= to_seconds(view.now_wall))
    sign = std::chrono::nanoseconds{std::llround(*newest * 1e9)};
}

health_view inspect_health(const std::filesystem::path& file) {
  health_view view;
  const auto page = find_page(file);
  // Read after the page: what it shows is then older than now, never younger.
  const auto now = read_clocks();
  view.now_wall = now.wall;
  if (!page) {
    view.verdict.headline = "pmactor is not running";
    view.verdict.findings.push_back(
      {false, "", "there is no health page " + file.string() + "; `pmactor run` makes it"});
    return view;
  }
  const process_identity daemon{page->pid.load(), page->process_start.load(),
                                page->boot_id.as_it_is()};
  const auto boot_id = current_boot_id();
  if (const namespace_ids theirs{page->pid_namespace.load(), page->time_namespace.load()};
      !are_comparable(theirs, own_namespaces()) && daemon.boot_id == boot_id) {
    view.report = read_health(*page, last_pulse(*page));
    view.verdict = judge_from_outside(*view.report, now.wall);
    return view;
  }
  auto facts = facts_of(daemon.pid);
  const bool here = find_process(daemon, facts, boot_id) == process_presence::here;
  view.report = read_health(*page, here ? now : last_pulse(*page));
  view.verdict = judge_health(*view.report, facts, boot_id);
  if (here) {
    view.facts = std::move(facts);
    view.children = facts_of_children(daemon.pid);
  }
  return view;
}

health_view inspect_daemon(const places& where) {
  const auto page = find_health_page(where);
  auto view = inspect_health(page);
  if (view.verdict.state != health_state::not_running && view.verdict.state != health_state::dead)
    return view;
  auto found = look_for_daemon(where);
  if (found.presence == daemon_presence::unknown)
    if (auto rights = explain_rights(where.lock_file()); !rights.empty())
      found.sentence = std::move(rights);
  std::error_code none;
  heed_daemon(view, found, page, std::filesystem::exists(page.parent_path(), none));
  return view;
}

} // namespace pmactor
