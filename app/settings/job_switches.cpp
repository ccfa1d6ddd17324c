#include "app/settings/job_switches.hpp"

#include <algorithm>

namespace pmactor {
namespace {

constexpr const char* passing_origin = "`pmactor enable` or `disable`, until the daemon ends";
constexpr const char* kept_origin = "`pmactor enable` or `disable`, kept";

std::string section_of(const std::string& key) {
  return key.substr(0, key.find('.'));
}

bool is_on(const job& x, const settings_read& read) {
  return std::get<bool>(find_setting(x.key)->get(read.values));
}

} // namespace

const std::vector<job>& all_jobs() {
  static const auto jobs = [] {
    std::vector<job> result{
      {"captures", "forensics.enabled", "keeps evidence of what has happened"},
      {"elevated", "sampling.elevated_mode",
       "watches the machine more closely while it is under stress"},
      {"notifications", "notifications.enabled", "notifies you of what has happened"},
      {"sampler", "powermetrics.enabled",
       "runs the child that samples processes and temperature"},
    };
    std::erase_if(result, [](const job& x) { return find_setting(x.key) == nullptr; });
    return result;
  }();
  return jobs;
}

const job* find_job(std::string_view name) {
  const auto& all = all_jobs();
  const auto found =
    std::find_if(all.begin(), all.end(), [name](const job& x) { return x.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::filesystem::path switch_file(const places& where, switch_scope scope) {
  return (scope == switch_scope::kept ? where.data : find_health_page(where).parent_path())
         / "jobs.toml";
}

job_switches read_switches(const std::filesystem::path& file) {
  job_switches result;
  auto read = read_settings(file, false);
  result.problems = std::move(read.problems);
  for (const auto& [key, origin] : read.origins) {
    const auto& all = all_jobs();
    const auto found =
      std::find_if(all.begin(), all.end(), [&wanted = key](const job& x) { return x.key == wanted; });
    if (found == all.end())
      result.problems.push_back(origin + ": " + key
                                + " does not belong here, but into the settings.");
    else
      result.on[static_cast<std::size_t>(found - all.begin())] =
        std::get<bool>(find_setting(key)->get(read.values));
  }
  return result;
}

std::string switches_text(const job_switches& x) {
  std::string result;
  for (std::size_t i = 0; i < x.on.size(); ++i)
    if (x.on[i]) {
      const auto& key = all_jobs()[i].key;
      result += '[' + section_of(key) + "]\n" + key.substr(section_of(key).size() + 1)
                + (*x.on[i] ? " = true\n" : " = false\n");
    }
  return result.empty() ? result
                        : "# Written by `pmactor enable` and `pmactor disable`.\n" + result;
}

std::vector<setting_override> overrides_of_switches(const job_switches& x, switch_scope scope) {
  std::vector<setting_override> result;
  for (std::size_t i = 0; i < x.on.size(); ++i)
    if (x.on[i])
      result.push_back({all_jobs()[i].key, *x.on[i] ? "true" : "false",
                        scope == switch_scope::kept ? kept_origin : passing_origin});
  return result;
}

std::string jobs_in_words(const std::vector<std::string>& names, bool on) {
  std::string result;
  for (std::size_t i = 0; i < names.size(); ++i)
    result += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return result + (names.size() == 1 ? " is" : " are") + (on ? " on" : " off");
}

std::string switched_in_words(const std::vector<std::string>& names, bool on, const settings_read& at_next_start) {
  std::vector<std::string> lasting, passing;
  for (const auto& x : names)
    (is_on(*find_job(x), at_next_start) == on ? lasting : passing).push_back(x);
  std::string result;
  if (!lasting.empty())
    result = jobs_in_words(lasting, on) + ", also after a restart";
  if (!passing.empty())
    result += (result.empty() ? "" : "; ") + jobs_in_words(passing, on)
              + " until the daemon ends; --keep makes " + (passing.size() == 1 ? "it" : "them") + " stay";
  return result;
}

std::vector<job_state> judge_jobs(const settings_read& read, const settings_read& at_next_start) {
  auto result = judge_jobs(read);
  const auto later = judge_jobs(at_next_start);
  for (std::size_t i = 0; i < result.size(); ++i)
    if (result[i].on == later[i].on)
      result[i].why = later[i].why;
  return result;
}

std::vector<job_state> judge_jobs(const settings_read& read) {
  std::vector<job_state> result;
  for (const auto& x : all_jobs()) {
    job_state state{&x, is_on(x, read), {}};
    if (const auto origin = read.origins.find(x.key); origin != read.origins.end())
      state.why = origin->second == passing_origin ? "until the daemon ends"
                  : origin->second == kept_origin  ? "kept"
                                                   : "by " + origin->second;
    result.push_back(std::move(state));
  }
  return result;
}

} // namespace pmactor
