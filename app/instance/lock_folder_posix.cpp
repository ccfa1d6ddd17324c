#include "app/instance/lock_folder.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

std::filesystem::path lock_file(const std::filesystem::path& folder) {
  return folder / "pmactor.lock";
}

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

bool is_ours(const struct stat& facts) {
  return S_ISREG(facts.st_mode) && facts.st_uid == ::geteuid();
}

bool is_still_there(int fd, const std::filesystem::path& file) {
  struct stat ours {
  }, there{};
  return ::fstat(fd, &ours) == 0 && ::lstat(file.c_str(), &there) == 0 && ours.st_ino == there.st_ino
         && ours.st_dev == there.st_dev;
}

} // namespace

std::optional<folder_lock> lock_folder(const std::filesystem::path& folder) {
  const auto file = lock_file(folder);
  // What is there may be removed between our opening and our locking it, or be a trick of another user who
  // may write to the folder.
  constexpr int attempts = 100;
  for (int i = 0; i < attempts; ++i) {
    owned_descriptor fd{
      ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)};
    struct stat facts {};
    if (fd.get() < 0 ? errno == ELOOP || errno == ENXIO || errno == EACCES
                     : ::fstat(fd.get(), &facts) == 0 && !is_ours(facts)) {
      if (::unlink(file.c_str()) != 0 && errno != ENOENT)
        fail("cannot replace the lock file " + file.string() + ", which is not this user's own");
      continue;
    }
    if (fd.get() < 0)
      fail("cannot open the lock file " + file.string());
    ::fchmod(fd.get(), 0600); // whatever became of it: from now on only this user can open it
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK)
        return std::nullopt;
      fail("cannot lock " + file.string());
    }
    if (is_still_there(fd.get(), file))
      return folder_lock{std::move(fd)};
  }
  errno = EBUSY;
  fail("cannot lock " + file.string() + ", which is replaced again and again");
}

bool is_folder_locked(const std::filesystem::path& folder) {
  const owned_descriptor fd{
    ::open(lock_file(folder).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  struct stat facts {};
  return fd.get() >= 0 && ::fstat(fd.get(), &facts) == 0 && S_ISREG(facts.st_mode)
         && ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

} // namespace pmactor
