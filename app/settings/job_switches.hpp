// What of the daemon's work can be switched off and on while it runs. A switch is a key of the
// settings in a small file above all others: one that ends with the daemon, in its runtime folder,
// and one that is kept, in its data folder. Pure but for reading the two.
#pragma once

#include "app/settings/override_settings.hpp"
#include "app/instance/places.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// A job that can be switched.
struct job {
  std::string name;  ///< As typed: "sampler".
  std::string key;   ///< The yes-or-no setting behind it: "powermetrics.enabled".
  std::string about; ///< What it does, as the end of a sentence.
};
const std::vector<job>& all_jobs();

/// @returns the job of this name, or null.
const job* find_job(std::string_view name);

/// Which of the two files a switch stands in.
enum class switch_scope : std::uint8_t {
  kept,    ///< Holds until it is switched again.
  passing, ///< Holds until the daemon ends; above the kept ones.
};

/// @returns the file, which need not exist: of the daemon that runs, if one does.
std::filesystem::path switch_file(const places& where, switch_scope scope);

/// The switches of one file, in the order of all_jobs(); absent where the file says nothing.
struct job_switches {
  std::vector<std::optional<bool>> on = std::vector<std::optional<bool>>(all_jobs().size());
  std::vector<std::string> problems; ///< Of the file, as settings_read has them.
};
job_switches read_switches(const std::filesystem::path& file);

/// @returns the content of a file with these switches; empty if there are none.
std::string switches_text(const job_switches& x);

/// @returns what the switches set, as overrides of the settings.
std::vector<setting_override> overrides_of_switches(const job_switches& x, switch_scope scope);

/// How one job stands.
struct job_state {
  const job* what = nullptr; ///< Of all_jobs().
  bool on = true;
  std::string why; ///< "by `pmactor disable`, until the daemon ends"; empty if it was not switched.
};

/// @returns how each job stands by these settings and what switched it.
std::vector<job_state> judge_jobs(const settings_read& read);
/// @param at_next_start without the switches that end with the daemon: where one of these changes nothing, it is not
/// what switched the job.
std::vector<job_state> judge_jobs(const settings_read& read, const settings_read& at_next_start);

/// @returns "captures and sampler are off".
std::string jobs_in_words(const std::vector<std::string>& names, bool on);
/// @returns the same of jobs that were just switched, and of each until when that holds.
/// @pre each is a name of a job.
std::string switched_in_words(const std::vector<std::string>& names, bool on, const settings_read& at_next_start);

} // namespace pmactor
