#include "app/instance/made_files.hpp"

#include <algorithm>

namespace pmactor {
namespace {

constexpr std::string_view in_data[] = {
  "pmactor.db",
  "pmactor.db-wal",
  "pmactor.db-shm",
  "pmactor.db-journal",   // where the file system has no shared memory for a write-ahead log
  "pmactor.db.corrupt-*", // damaged histories that were moved aside
  "pmactor.db.unstored*", // what a run could not store, and their own companions
  "black_box.ring",
  "jobs.toml",
  "jobs.toml.??????", // a write that was cut off
  "pmactor.lock",
  "runtime", // a link to the folder of that name
  "events/",
};

constexpr std::string_view in_log[] = {"pmactor.log", "pmactor.*.log", "pmactor.err"};

constexpr std::string_view in_runtime[] = {
  "drives",        "drives.??????", "health",           "health.new",  "launch",
  "launch.??????", "jobs.toml",     "jobs.toml.??????", "pmactor.pid", "question.*",
};

/// @returns whether the name is one that a shell would find by the pattern.
bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty())
    return name.empty();
  if (pattern.front() == '*') {
    for (std::size_t skipped = 0; skipped <= name.size(); ++skipped)
      if (matches(pattern.substr(1), name.substr(skipped)))
        return true;
    return false;
  }
  return !name.empty() && (pattern.front() == '?' || pattern.front() == name.front())
         && matches(pattern.substr(1), name.substr(1));
}

} // namespace

std::span<const std::string_view> made_names(made_folder folder) {
  switch (folder) {
    case made_folder::data:
      return in_data;
    case made_folder::log:
      return in_log;
    case made_folder::runtime:
      return in_runtime;
  }
  return {};
}

bool is_made_by_pmactor(made_folder folder, std::string_view name) {
  const auto names = made_names(folder);
  return std::any_of(names.begin(), names.end(), [name](std::string_view pattern) {
    if (pattern.ends_with('/'))
      pattern.remove_suffix(1);
    return matches(pattern, name);
  });
}

} // namespace pmactor
