#include "actors/storage_writer/keep_damaged_file_posix.hpp"

#include "actors/storage_writer/decide_storage_failure.hpp"
#include "messages/words.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

std::string stamp() {
  const auto now = std::time(nullptr);
  std::tm broken{};
  ::gmtime_r(&now, &broken);
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &broken);
  return text;
}

/// @returns the damaged databases that are kept beside the file, the oldest first.
std::vector<fs::path> kept_beside(const fs::path& file) {
  std::vector<fs::path> result;
  const auto front = file.filename().string() + ".corrupt-";
  std::error_code failed;
  for (fs::directory_iterator i{file.parent_path(), failed}, end; !failed && i != end; i.increment(failed)) {
    auto name = i->path().filename().string();
    if (!name.starts_with(front))
      continue;
    for (const std::string_view suffix : {"-wal", "-shm"}) // of one whose database is gone there is no more
      if (name.ends_with(suffix))
        name.resize(name.size() - suffix.size());
    result.push_back(file.parent_path() / name);
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

/// @returns a name for a copy that sorts behind those of all earlier ones.
fs::path free_name(const fs::path& file) {
  const auto name = file.native() + ".corrupt-" + stamp();
  unsigned long last = 0; // of those of this second
  for (const auto& x : kept_beside(file))
    if (x.native().starts_with(name))
      last = std::max(last, x.native().size() > name.size() + 1
                              ? std::strtoul(x.c_str() + name.size() + 1, nullptr, 10)
                              : 1);
  const auto is_taken = [](const fs::path& x) {
    return fs::exists(fs::symlink_status(x)) || fs::exists(fs::symlink_status(beside(x, "-wal")));
  };
  fs::path result{last == 0 ? name : name + printed("-%03lu", ++last)};
  while (is_taken(result))
    result = name + printed("-%03lu", ++last);
  return result;
}

} // namespace

fs::path beside(const fs::path& file, const char* suffix) {
  return fs::path{file.native() + suffix};
}

fs::path keep_aside(const fs::path& file) {
  const auto target = free_name(file);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const auto from = beside(file, suffix);
    if (::rename(from.c_str(), beside(target, suffix).c_str()) != 0 && errno != ENOENT)
      throw storage_problem{storage_failure::denied,
                            "Cannot move the damaged " + from.string()
                              + " aside: " + std::generic_category().message(errno)
                              + ". Give this user the right to write to its folder."};
  }
  auto kept = kept_beside(file);
  while (kept.size() > most_kept_aside) {
    const auto surplus = kept.begin() + 1;
    for (const char* suffix : {"", "-wal", "-shm"})
      ::unlink(beside(*surplus, suffix).c_str());
    kept.erase(surplus);
  }
  return target;
}

} // namespace pmactor
