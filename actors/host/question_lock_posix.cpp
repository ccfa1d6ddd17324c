#include "actors/host/question_lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace pmactor {
namespace {

/// @returns none unless it is ours alone: in a folder of another user a lock could be held for ever on purpose.
owned_descriptor open_private_folder(const std::string& folder) {
  owned_descriptor result{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  struct stat facts {};
  if (result.get() >= 0
      && (::fstat(result.get(), &facts) != 0 || facts.st_uid != ::geteuid() || (facts.st_mode & 022) != 0))
    result.reset();
  return result;
}

bool lock(int file, int how) {
  while (::flock(file, how) != 0)
    if (errno != EINTR)
      return errno != EWOULDBLOCK; // a file system without locks keeps none from asking
  return true;
}

} // namespace

question_lock::question_lock(const std::string& folder, std::string_view thing) {
  const auto place = folder.empty() ? owned_descriptor{} : open_private_folder(folder);
  if (place.get() >= 0)
    file_ = owned_descriptor{::openat(place.get(), question_file(thing).c_str(),
                                      O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600)};
}

bool question_lock::try_take() {
  return file_.get() < 0 || lock(file_.get(), LOCK_EX | LOCK_NB);
}

void question_lock::take() {
  if (file_.get() >= 0)
    (void)lock(file_.get(), LOCK_EX);
}

void question_lock::give_back() {
  if (file_.get() >= 0)
    (void)::flock(file_.get(), LOCK_UN);
}

} // namespace pmactor
