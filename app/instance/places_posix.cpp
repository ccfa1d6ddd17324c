#include "app/instance/places.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <pwd.h>
#include <stdexcept>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace pmactor {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse(const std::string& sentence) {
  throw std::runtime_error(sentence);
}

std::string reason(int error) {
  return std::strerror(error);
}

/// How strict to be with a folder that is there already.
enum class care {
  named,  ///< The user's choice: its mode is theirs, as long as not everybody may write to it.
  usual,  ///< Our own name in the usual place: made private again if it is not.
  shared, ///< As *usual*, but where others can make entries too: a link may be their trick.
};

/// Makes the missing folders above this one.
void make_parents(const fs::path& folder, const std::string& lead) {
  const auto parent = folder.parent_path();
  struct stat facts {};
  if (::stat(parent.c_str(), &facts) == 0) {
    if (!S_ISDIR(facts.st_mode))
      refuse(lead + parent.string() + " is not a folder; move it away.");
    return;
  }
  if (errno == ENOENT && parent.has_relative_path()) {
    make_parents(parent, lead);
    if (::mkdir(parent.c_str(), 0700) == 0 || errno == EEXIST)
      return;
    refuse(lead + parent.string() + " is not there and cannot be made (" + reason(errno) + ").");
  }
  refuse(lead + parent.string() + " cannot be examined (" + reason(errno) + ").");
}

/// Makes the folder for this user alone, or makes sure that what is there will do.
/// @param what names it in a sentence, e.g. "data folder".
void make_private(const fs::path& folder, const std::string& what, care how) {
  const auto lead = "Cannot use the " + what + ' ' + folder.string() + ": ";
  make_parents(folder, lead);
  if (::mkdir(folder.c_str(), 0700) == 0)
    return;
  if (errno != EEXIST)
    refuse(lead + "it is not there and cannot be made (" + reason(errno) + ").");
  struct stat facts {};
  const auto examined =
    how == care::shared ? ::lstat(folder.c_str(), &facts) : ::stat(folder.c_str(), &facts);
  if (examined != 0)
    refuse(lead + "it cannot be examined (" + reason(errno) + ").");
  if (!S_ISDIR(facts.st_mode))
    refuse(lead + "it is not a folder; move it away.");
  if (facts.st_uid != ::geteuid())
    refuse(lead + "it belongs to user " + std::to_string(facts.st_uid) + ", and you are user "
           + std::to_string(::geteuid()) + "; run as its owner or choose another with --data.");
  if (how == care::named && (facts.st_mode & S_IWOTH) != 0)
    refuse(lead
           + "everybody may write to it, so anybody could replace what it holds; run `chmod o-w` "
             "on it or choose another with --data.");
  if (how != care::named && (facts.st_mode & 077) != 0 && ::chmod(folder.c_str(), 0700) != 0)
    refuse(lead + "it is open to other users and cannot be closed (" + reason(errno) + ").");
  if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0)
    refuse(lead + "it is not writable (" + reason(errno) + ").");
}

/// @returns whether the file system of this folder has room for what the daemon keeps in it, with as much
/// again to spare: the health page, and a few small files.
bool has_room(const fs::path& folder) {
  constexpr std::uint64_t wanted = 512 * 1024, files_wanted = 16;
  struct statvfs facts {};
  if (::statvfs(folder.c_str(), &facts) != 0)
    return true; // a write will show
  const bool counts_files = facts.f_files > 0;
  return std::uint64_t{facts.f_bavail} * facts.f_frsize >= wanted
         && (!counts_files || facts.f_favail >= files_wanted);
}

/// @returns whether the folder is a link that another user made, who can point it anywhere at any time.
bool is_foreign_link(const fs::path& folder) {
  struct stat facts {};
  return ::lstat(folder.c_str(), &facts) == 0 && S_ISLNK(facts.st_mode) && facts.st_uid != ::geteuid()
         && facts.st_uid != 0;
}

folder_state state_of(const fs::path& folder) {
  struct stat facts {};
  if (is_foreign_link(folder))
    return folder_state::unusable;
  if (::stat(folder.c_str(), &facts) == 0)
    return S_ISDIR(facts.st_mode) && facts.st_uid == ::geteuid()
               && ::access(folder.c_str(), W_OK | X_OK) == 0 && has_room(folder)
             ? folder_state::ours
             : folder_state::unusable;
  // The nearest folder above that is there decides whether this one can be made.
  for (auto above = folder.parent_path();; above = above.parent_path())
    if (::stat(above.c_str(), &facts) == 0)
      return S_ISDIR(facts.st_mode) && ::access(above.c_str(), W_OK | X_OK) == 0 && has_room(above)
               ? folder_state::makeable
               : folder_state::unusable;
    else if (errno != ENOENT || !above.has_relative_path())
      return folder_state::unusable;
}

/// The name of the link, in the data folder, to the runtime folder.
constexpr const char* runtime_link = "runtime";

} // namespace

fs::path canonical_folder(const fs::path& path) {
  auto result = fs::weakly_canonical(fs::absolute(path));
  // A trailing slash leaves an empty last part.
  return result.has_filename() ? result : result.parent_path();
}

std::vector<std::string> variables_like(std::string_view lead) {
  std::vector<std::string> result;
  for (auto** one = environ; one != nullptr && *one != nullptr; ++one) {
    const std::string_view text{*one};
    const auto sign = text.find('=');
    if (text.starts_with(lead) && sign != text.npos && sign + 1 < text.size())
      result.emplace_back(text.substr(0, sign));
  }
  return result;
}

surroundings look_around() {
  surroundings result;
  result.variable = [](const std::string& name) {
    const auto* value = std::getenv(name.c_str());
    return std::string{value ? value : ""};
  };
  result.uid = ::geteuid();
  std::vector<char> room(16384);
  struct passwd entry {};
  struct passwd* found = nullptr;
  if (::getpwuid_r(result.uid, &entry, room.data(), room.size(), &found) == 0 && found)
    result.home = found->pw_dir;
#ifdef __APPLE__
  if (const auto size = ::confstr(_CS_DARWIN_USER_TEMP_DIR, room.data(), room.size()); size > 1)
    result.temporary = std::string{room.data(), size - 1};
  else
    result.temporary = "/tmp/pmactor-" + std::to_string(result.uid);
#endif
  result.state_of = state_of;
  result.in_memory = lies_in_memory;
  return result;
}

void make_folders(const places& where) {
  make_private(where.data, "data folder", where.data_named ? care::named : care::usual);
  make_private(where.log, "log folder", care::usual);
  make_runtime_folder(where);
}

void make_runtime_folder(const places& where) {
  make_private(where.runtime, "runtime folder", care::shared);
}

fs::path question_folder(const places& where) {
  return lies_in_memory(where.runtime) ? where.runtime : fs::path{};
}

void make_private_folder(const fs::path& folder) {
  make_private(folder, "folder", care::usual);
}

void link_runtime_folder(const places& where) {
  // Without the link another environment may not find the health page; nothing else needs it.
  const auto link = where.data / runtime_link;
  std::error_code ignored;
  if (fs::read_symlink(link, ignored) != where.runtime) {
    if (fs::is_symlink(fs::symlink_status(link, ignored)))
      fs::remove(link, ignored);
    fs::create_directory_symlink(where.runtime, link, ignored);
  }
}

fs::path find_other_runtime(const places& where) {
  std::error_code ignored;
  const auto folder = fs::read_symlink(where.data / runtime_link, ignored);
  struct stat facts {};
  const bool ours = !folder.empty() && folder != where.runtime
                    && ::lstat(folder.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode)
                    && facts.st_uid == ::geteuid();
  return ours ? folder : fs::path{};
}

fs::path find_health_page(const places& where) {
  std::error_code ignored;
  if (fs::exists(where.health_page(), ignored))
    return where.health_page();
  auto other = where;
  other.runtime = find_other_runtime(where);
  if (!other.runtime.empty() && fs::exists(other.health_page(), ignored))
    return other.health_page();
  return where.health_page();
}

} // namespace pmactor
