#include "app/doctor/gather_facts.hpp"

#include "actors/host/start_process.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/instance/find_others.hpp"
#include "app/instance/launch.hpp"
#include "app/instance/pid_file.hpp"
#include "app/settings/job_switches.hpp"
#include "app/settings/override_settings.hpp"
#include "app/views/inspect_health.hpp"
#include "app/views/root_words.hpp"

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <optional>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

void look_at_health(doctor_facts& x, const places& where) {
  try {
    const auto view = inspect_daemon(where);
    x.state = view.verdict.state;
    x.headline = view.verdict.headline;
    if (view.report) {
      add_health(x, *view.report);
      x.is_halted_by_signal = !view.verdict.resume.empty();
    } else if (x.state == health_state::unknown && !view.verdict.findings.empty()) {
      x.absence = view.verdict.findings.front().sentence;
    } else if (x.state == health_state::degraded && !view.verdict.findings.empty()) {
      x.degraded.push_back({"", x.headline + ": " + view.verdict.findings.front().sentence, {}});
    }
  } catch (const std::exception& e) {
    x.headline = e.what();
  }
  if (x.absence.empty() && (x.state == health_state::not_running || x.state == health_state::unknown))
    x.absence = explain_absence(where);
  if (!x.absence.empty() && find_daemon(where).presence == daemon_presence::unknown)
    x.state = health_state::unknown;
}

void look_at_data(doctor_facts& x, const places& where) {
  x.data_folder = where.data.string();
  struct stat facts {};
  // One that the user named may be as they like it.
  x.folder_is_open = !where.data_named && ::stat(where.data.c_str(), &facts) == 0 && (facts.st_mode & 077) != 0;
  auto there = where.data;
  while (::stat(there.c_str(), &facts) != 0 && there.has_relative_path())
    there = there.parent_path();
  struct statvfs disk {};
  if (::statvfs(there.c_str(), &disk) == 0) {
    x.free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    x.disk_bytes = std::uint64_t{disk.f_blocks} * disk.f_frsize;
  }
  std::error_code unreadable;
  for (fs::directory_iterator i{where.data, unreadable}, end; !unreadable && i != end; i.increment(unreadable)) {
    const auto name = i->path().filename().string();
    x.damaged_copies += name.starts_with("pmactor.db.corrupt-") && name.ends_with("Z") ? 1 : 0;
  }
  std::error_code none;
  if (!fs::exists(where.database(), none))
    return; // it is begun by the daemon
  try {
    history_reader{where.database()}.count_events();
  } catch (const storage_problem& e) {
    x.history_trouble = e.what();
  }
}

} // namespace

doctor_facts gather_facts(const place_flags& flags) {
  doctor_facts x;
  const auto where = flags.find();
  look_at_health(x, where);
  look_at_data(x, where);
  // With the options of the daemon that runs, as it reads them.
  const auto read = read_layered_settings(as_the_daemon(flags));
  x.settings_problems = read.problems;
  x.wants_desktop = read.values.notifications.how.desktop;
  for (const auto& job : judge_jobs(read))
    if (!job.on)
      x.jobs_off.push_back(job.what->name);
  const auto* path = std::getenv("PATH");
  const auto has = [path](const char* name) { return path != nullptr && !find_program(name, path).empty(); };
  const auto way = own_way_to_root();
  x.is_root = way.is_root;
  x.has_sudo = way.has_sudo;
  struct stat owner {};
  const auto user = ::stat(where.database().c_str(), &owner) == 0 ? owner.st_uid : ::geteuid();
  x.is_of_other_user = user != ::geteuid();
  x.user = std::to_string(user);
  x.textfile = read.values.exporter.textfile;
  x.has_journal = has("journalctl");
  x.has_notify_send = has("notify-send");
  gather_system_facts(x);
  return x;
}

} // namespace pmactor
