#include "app/doctor/find_limits.hpp"

#include "actors/exporter/exporter_policy.hpp"
#include "app/views/root_words.hpp"
#include "app/views/shell_words.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <string_view>

namespace pmactor {
namespace {

/// Less room than this is too little for a bad day: a capture and some hours of history.
constexpr std::uint64_t wanted_bytes = 256'000'000;

/// @returns the text with a full stop, unless it ends a sentence already.
std::string with_stop(std::string text) {
  if (text.empty() || std::string_view{".!?"}.find(text.back()) == std::string_view::npos)
    text += '.';
  return text;
}

class finder {
public:
  explicit finder(const doctor_facts& x) : x_(x) {
  }

  std::vector<machine_limit> all() && {
    presence();
    storage();
    rights();
    kernel();
    small_things();
    std::stable_sort(found_.begin(), found_.end(),
                     [](const machine_limit& a, const machine_limit& b) { return a.weight < b.weight; });
    return std::move(found_);
  }

private:
  void add(limit_weight weight, const char* about, const std::string& sentence, std::string command = {}) {
    const way_to_root way{x_.is_root, x_.has_sudo};
    found_.push_back({weight, about, commands_by_root(sentence, way), by_root(std::move(command), way)});
  }

  /// @returns what mends a part of the daemon that does less than it should; if nothing is known to, what says more.
  std::string remedy_for(const degraded_part& x) const {
    if (x.setting == textfile_setting && !x_.textfile.empty()) {
      const auto folder = shell_word(x_.textfile.substr(0, std::max<std::size_t>(1, x_.textfile.rfind('/'))));
      if (x_.is_system_service && x_.has_systemd) // its unit names what it may write to
        return "sudo mkdir -p " + folder + " && sudo pmactor install --system --yes && " + service("restart");
      return x_.user.empty() || x_.user == "0" ? "sudo mkdir -p " + folder : "sudo install -d -o " + x_.user + ' ' + folder;
    }
    const bool is_plain = !x.actor.empty() && shell_word(x.actor) == x.actor; // the page's bytes are foreign
    return "pmactor logs --level warning" + (is_plain ? " --component " + x.actor : "");
  }

  std::string remedy_for_halt() const {
    if (x_.is_halted_by_signal && x_.daemon > 0)
      return (x_.is_of_other_user ? "sudo kill -CONT " : "kill -CONT ") + std::to_string(x_.daemon);
    return "pmactor inspect"; // a debugger or a frozen group: it says which
  }

  std::string service(const char* verb) const {
    return x_.is_system_service && x_.has_systemd ? std::string{"sudo systemctl "} + verb + " pmactor"
           : x_.is_user_service && x_.has_systemd ? std::string{"systemctl --user "} + verb + " pmactor"
                                : std::string{"pmactor "} + verb;
  }

  static std::string more_problems(std::size_t count) {
    return count == 0 ? std::string{}
                      : " There " + (count == 1 ? "is 1 more problem" : "are " + std::to_string(count) + " more problems")
                          + "; `pmactor config check` lists all.";
  }

  void presence() {
    switch (x_.state) {
      case health_state::healthy:
      case health_state::degraded:
        break;
      case health_state::not_running:
        add(limit_weight::blind, "daemon", "No daemon runs, so no freeze is found." + (x_.absence.empty() ? "" : ' ' + x_.absence),
            service("start"));
        break;
      case health_state::unknown:
        add(limit_weight::blind, "daemon", x_.absence.empty() ? x_.headline + '.' : x_.absence, "sudo pmactor doctor");
        break;
      case health_state::stopped:
        add(limit_weight::blind, "daemon", x_.headline + ": it finds nothing meanwhile.", remedy_for_halt());
        break;
      case health_state::stuck:
      case health_state::dead:
        add(limit_weight::blind, "daemon", with_stop(x_.headline), service("restart"));
        break;
    }
    if (!x_.settings_problems.empty())
      add(limit_weight::blind, "settings",
          "The settings are wrong, and a daemon does not start with them: " + x_.settings_problems.front()
            + more_problems(x_.settings_problems.size() - 1),
          "pmactor config edit");
    for (const auto& one : x_.degraded)
      add(limit_weight::weak, "degraded", with_stop(one.actor.empty() ? one.what : one.actor + ": " + one.what),
          remedy_for(one));
    if (!x_.jobs_off.empty())
      add(limit_weight::minor, "jobs",
          "Switched off: " + joined(x_.jobs_off) + '.', "pmactor enable " + joined(x_.jobs_off, " "));
  }

  void storage() {
    if (!x_.history_trouble.empty())
      add(limit_weight::blind, "history", x_.history_trouble, "pmactor logs --component storage-writer");
    if (x_.free_bytes && *x_.free_bytes < wanted_bytes)
      add(limit_weight::blind, "disk",
          "The disk of " + x_.data_folder + " has " + bytes_in_words(*x_.free_bytes)
            + " left; when it is full, nothing is kept.",
          "pmactor prune --older-than 7d");
    if (x_.folder_is_open)
      add(limit_weight::minor, "folder", "Others may read " + x_.data_folder + ", which holds what your processes did.",
          "chmod 700 " + shell_word(x_.data_folder));
    if (x_.damaged_copies > 0)
      add(limit_weight::minor, "copies",
          std::to_string(x_.damaged_copies) + " damaged histories are kept aside in " + x_.data_folder + '.',
          "rm -i " + shell_word(x_.data_folder) + "/pmactor.db.corrupt-*");
  }

  void rights() {
    if (!x_.rights)
      return;
    std::vector<std::string> missing;
    const auto want = [&missing](bool has, const char* what) {
      if (!has)
        missing.emplace_back(what);
    };
    want(x_.rights->sees_processes, "what processes of other users wrote and waited for");
    want(x_.rights->watches_scheduler, "which process had a CPU when");
    want(x_.rights->reads_kernel_log, "the kernel's log");
    if (!missing.empty())
      add(limit_weight::weak, "rights", "It runs with a user's rights and does not see " + joined(missing, " or ") + '.',
          x_.has_systemd ? "sudo pmactor install --system" : "sudo pmactor start");
    if (x_.rights->watches_scheduler && x_.recorder_is_refused && x_.perf_is_restricted)
      add(limit_weight::weak, "recorder",
          "The kernel says which process had a CPU when to CAP_SYS_ADMIN alone, as "
          "kernel.perf_event_paranoid is above 2.",
          "echo kernel.perf_event_paranoid=2 | sudo tee /etc/sysctl.d/60-pmactor.conf && sudo "
          "sysctl --system && "
            + service("restart"));
    if (!x_.rights->raises_priority || !x_.rights->locks_memory)
      add(limit_weight::minor, "priority",
          std::string{"Its beat "} + (x_.rights->raises_priority ? "may be swapped out" : "comes after others on a busy CPU")
            + ", so a pause may seem longer than others had it, and the evidence of a stall comes late.",
          x_.has_systemd ? "sudo pmactor install --system" : "sudo pmactor start");
  }

  void kernel() {
    if (!x_.is_linux)
      return;
    if (x_.is_container)
      add(limit_weight::weak, "container",
          "It runs in a container and sees no processes but its own; of the machine it sees the "
          "counters alone. "
          "conf/Containerfile says what to grant to one that watches the machine.",
          // On the host, and by the names that conf/Containerfile gives.
          x_.container_engine
            + " run -d --pid=host --cgroupns=host --network=host -v pmactor:/var/lib/pmactor "
              "pmactor");
    if (x_.has_pressure == false)
      add(limit_weight::weak, "pressure",
          "The kernel does not count who waits for what (PSI), so waiting for memory, disk and CPUs are distinguished less "
          "surely. It does from the next boot on with psi=1 on its command line.",
          R"(sudo sed -i 's/^GRUB_CMDLINE_LINUX="/&psi=1 /' /etc/default/grub && sudo update-grub)");
    if (!x_.recorder_lacks.empty())
      add(limit_weight::minor, "recorder", with_stop("Not recorded is " + x_.recorder_lacks), x_.recorder_command);
    if (!x_.not_counted.empty())
      add(limit_weight::minor, "counters",
          with_stop("This host does not count or grant: " + x_.not_counted) + " Causes that need it are not found.");
    if (x_.clock_is_right == false)
      add(limit_weight::minor, "clock",
          std::string{"Nothing keeps the clock right"} + (x_.has_rtc ? "" : ", and it stands still while the machine is off")
            + ", so the times of events may be off.",
          // Without systemd there is no timedatectl; in a container the clock is the host's to keep.
          x_.has_systemd    ? "sudo timedatectl set-ntp true"
          : x_.is_container ? ""
                            : "sudo apt-get install chrony && sudo service chrony restart");
  }

  void small_things() {
    if (x_.is_linux && !x_.has_journal)
      add(limit_weight::minor, "journal", "There is no journalctl, so evidence has no lines of the system's log.");
    if (x_.is_linux && x_.wants_desktop && !x_.has_notify_send)
      add(limit_weight::minor, "notices", "There is no notify-send, so no message comes to the desktop.",
          "sudo apt-get install libnotify-bin");
    const bool runs = x_.state == health_state::healthy || x_.state == health_state::degraded;
    if (runs && x_.has_systemd && !x_.is_system_service && !x_.is_user_service)
      add(limit_weight::minor, "service", "It is no service: after the next boot it does not run.", "pmactor install");
  }

  const doctor_facts& x_;
  std::vector<machine_limit> found_;
};

} // namespace

std::string to_string(limit_weight x) {
  switch (x) {
    case limit_weight::blind:
      return "blind";
    case limit_weight::weak:
      return "weak";
    case limit_weight::minor:
      return "minor";
  }
  return "minor";
}

void add_health(doctor_facts& x, const health_report& report) {
  x.daemon = report.daemon.pid;
  if (!report.degraded.empty())
    x.degraded.push_back({{}, report.degraded, {}});
  for (const auto& actor : report.actors) {
    if (!actor.degraded.empty())
      x.degraded.push_back({actor.name, actor.degraded, actor.degraded_setting});
    if (actor.shortfall.empty())
      continue;
    if (actor.name == "clock-sampler")
      x.not_counted = actor.shortfall;
    else if (actor.name == "switch-recorder" && actor.shortfall_is_whole)
      x.recorder_is_refused = true;
    else if (actor.name == "switch-recorder") {
      x.recorder_lacks = actor.shortfall;
      x.recorder_command = actor.shortfall_command;
    }
  }
}

std::vector<machine_limit> find_limits(const doctor_facts& x) {
  return finder{x}.all();
}

} // namespace pmactor
