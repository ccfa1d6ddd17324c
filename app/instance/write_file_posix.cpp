#include "app/instance/write_file.hpp"

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/transfer_fully.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace fs = std::filesystem;
namespace {

constexpr int most_links = 40; ///< As the kernel follows.

/// Names the file in each complaint as the user did, wherever its links lead.
class complaint {
public:
  explicit complaint(const fs::path& file) : file_(file) {
  }
  [[noreturn]] void fail(int error) const {
    throw std::runtime_error("Cannot write " + file_.string() + ": " + std::strerror(error)
                             + (error == EACCES || error == EPERM ? "; try `sudo`." : "."));
  }

private:
  const fs::path& file_;
};

/// @returns whether what lies in this folder stands for an open file, so that its links are no
/// paths.
bool is_folder_of_descriptors(const fs::path& folder) {
  std::error_code failed;
  const auto name = fs::canonical(folder, failed).native();
  return name.starts_with("/proc/") || name == "/dev/fd";
}

struct target {
  fs::path file;            ///< Where the links end.
  bool is_replaced = false; ///< By a whole new file; else it is opened and written into.
};

target find_target(fs::path file, const complaint& problem) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) == 0) {
    if (S_ISDIR(facts.st_mode))
      problem.fail(EISDIR);
    if (!S_ISREG(facts.st_mode))
      return {file, false};
    // To put a new file in the place of one that is protected against writing needs no right to
    // write it.
    if (::access(file.c_str(), W_OK) != 0)
      problem.fail(errno);
  }
  for (int i = 0; i < most_links; ++i) {
    if (is_folder_of_descriptors(file.parent_path()))
      return {file, false};
    std::error_code no_link;
    const auto next = fs::read_symlink(file, no_link);
    if (no_link)
      return {file, true};
    file = next.is_absolute() ? next : file.parent_path() / next;
  }
  problem.fail(ELOOP);
}

void write_into(const fs::path& file, const std::string& content, const complaint& problem) {
  // Appended, as an open file may hold something already.
  owned_descriptor d{::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY)};
  if (d.get() < 0)
    problem.fail(errno);
  if (!write_fully(d.get(), content))
    problem.fail(errno);
}

void replace(const fs::path& file, const std::string& content, unsigned mode,
             const complaint& problem) {
  auto fresh = file.string() + ".XXXXXX"; // a name that is none of the user's files
  owned_descriptor d{::mkstemp(fresh.data())};
  if (d.get() < 0)
    problem.fail(errno);
  ::fcntl(d.get(), F_SETFD, FD_CLOEXEC);
  auto error = write_fully(d.get(), content) ? 0 : errno;
  if (error == 0 && (::fchmod(d.get(), static_cast<mode_t>(mode)) != 0 || ::fsync(d.get()) != 0))
    error = errno;
  d.reset();
  if (error == 0 && ::rename(fresh.c_str(), file.c_str()) != 0)
    error = errno;
  if (error != 0) {
    ::unlink(fresh.c_str());
    problem.fail(error);
  }
}

} // namespace

bool write_file(const fs::path& file, const std::string& content, unsigned mode,
                missing_folder folder) {
  const complaint problem{file};
  const auto to = find_target(fs::absolute(file), problem);
  if (!to.is_replaced) {
    write_into(to.file, content, problem);
    return false;
  }
  std::error_code failed;
  if (folder == missing_folder::make)
    fs::create_directories(to.file.parent_path(), failed);
  if (failed)
    problem.fail(failed.value());
  replace(to.file, content, mode, problem);
  return true;
}

} // namespace pmactor
