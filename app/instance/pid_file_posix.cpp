#include "app/instance/pid_file.hpp"

#include "actors/host/explain_rights.hpp"
#include "actors/host/transfer_fully.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace fs = std::filesystem;
namespace {

/// One byte more than parse_pid_file() accepts.
constexpr std::size_t most_bytes = 257;

std::string reason(int error) {
  return std::strerror(error);
}

/// @returns why this cannot be the daemon's file; empty if it can.
std::string objection(const struct stat& facts) {
  if (S_ISDIR(facts.st_mode))
    return "is a folder";
  if (!S_ISREG(facts.st_mode))
    return "is not a regular file";
  if (facts.st_uid != ::geteuid())
    return "belongs to user " + std::to_string(facts.st_uid) + ", and you are user "
           + std::to_string(::geteuid());
  return {};
}

/// @returns why it could not be opened.
std::string objection(int error) {
  if (error == ELOOP)
    return "is a link";
  if (error == EISDIR)
    return "is a folder";
  if (error == ENXIO)
    return "is not a regular file";
  return "cannot be opened (" + reason(error) + ')';
}

std::string read_all(int fd) {
  std::string result(most_bytes, '\0');
  result.resize(read_fully(fd, result.data(), result.size(), 0).size);
  return result;
}

/// Beside the flock that makes the holder the only one, it holds a record lock: of that the kernel
/// names the holder. Where one kind of lock excludes the other, as on the BSDs, the flock
/// itself is reported, without its owner.
struct flock whole_file() {
  struct flock result {};
  result.l_type = F_WRLCK;
  result.l_whence = SEEK_SET;
  return result;
}

bool is_still_at(int fd, const fs::path& file) {
  struct stat ours {
  }, there{};
  return ::fstat(fd, &ours) == 0 && ::lstat(file.c_str(), &there) == 0
         && ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

/// Locks what is at this path.
/// @returns a descriptor, or none if another process holds it.
/// @throws std::runtime_error as claim() does.
owned_descriptor lock(const fs::path& file, int flags) {
  const auto refuse = [&file](const std::string& why) {
    throw std::runtime_error("Cannot use the PID file " + file.string() + ": it " + why + '.');
  };
  // The owner before may remove its file between our opening and our locking it: then we hold a
  // file that no other process will ever see, and try again.
  for (int attempt = 0; attempt < 100; ++attempt) {
    owned_descriptor d{::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags, 0600)};
    if (d.get() < 0)
      refuse(objection(errno));
    struct stat facts {};
    if (::fstat(d.get(), &facts) != 0)
      refuse("cannot be examined (" + reason(errno) + ')');
    if (const auto why = objection(facts); !why.empty())
      refuse(why);
    // Whatever other users can open, they can lock, and so keep every daemon from starting.
    if ((facts.st_mode & 077) != 0 && ::fchmod(d.get(), 0600) != 0)
      refuse("is open to other users and cannot be closed (" + reason(errno) + ')');
    if (::flock(d.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK)
        return owned_descriptor{};
      refuse("cannot be locked (" + reason(errno) + ')');
    }
    if (!is_still_at(d.get(), file))
      continue;
    auto how = whole_file();
    ::fcntl(d.get(), F_SETLK, &how);
    return d;
  }
  refuse("is removed again and again");
  return owned_descriptor{};
}

void write_all(int fd, const std::string& text) {
  if (!write_fully(fd, text, 0) || ::ftruncate(fd, static_cast<off_t>(text.size())) != 0)
    throw std::runtime_error("cannot be written (" + reason(errno) + ')');
}

daemon_verdict judge(const fs::path& file) {
  return judge_pid_file(look_at_pid_file(file));
}

} // namespace

daemon_verdict look_for_daemon(const places& where) {
  auto here = judge(where.pid_file());
  if (here.presence == daemon_presence::running)
    return here;
  if (auto elsewhere = where; !(elsewhere.runtime = find_other_runtime(where)).empty()) {
    auto there = judge(elsewhere.pid_file());
    if (there.presence == daemon_presence::running
        || (here.presence == daemon_presence::not_running
            && there.presence != daemon_presence::not_running))
      return there;
  }
  // Held by a daemon whose PID file is gone, one that just starts, or a replay. Left behind it
  // means nothing: it outlives a loss of power, which the PID file, in memory, does not.
  const auto lock = look_at_pid_file(where.lock_file());
  if (here.presence == daemon_presence::unknown)
    return here;
  // What this user may not look at is held or not: nothing can be said.
  if (lock.state == pid_file_state::unreadable) {
    const auto rights = explain_rights(lock.file);
    return rights.empty() ? judge_pid_file(lock)
                          : daemon_verdict{daemon_presence::unknown, std::nullopt,
                                           "Whether pmactor runs cannot be seen: " + rights};
  }
  if (lock.state != pid_file_state::held)
    return here;
  if (auto holder = judge_pid_file(lock);
      holder.presence == daemon_presence::running && !lock.content.empty())
    return holder;
  return {daemon_presence::unknown, std::nullopt,
          "A process" + (lock.holder ? ", " + std::to_string(*lock.holder) + ',' : std::string{})
            + " holds the data folder " + where.data.string()
            + " and does not say that it is a daemon.",
          true};
}

pid_file_look look_at_pid_file(const fs::path& file) {
  pid_file_look result;
  result.file = file;
  owned_descriptor d{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (d.get() < 0) {
    if (errno != ENOENT && errno != ENOTDIR) {
      result.state = pid_file_state::unreadable;
      result.trouble = objection(errno);
    }
    return result;
  }
  struct stat facts {};
  result.state = pid_file_state::unreadable;
  if (::fstat(d.get(), &facts) != 0)
    result.trouble = "cannot be examined (" + reason(errno) + ')';
  else
    result.trouble = objection(facts);
  if (!result.trouble.empty())
    return result;
  auto lock = whole_file();
  if (::fcntl(d.get(), F_GETLK, &lock) != 0) {
    result.trouble = "does not show whether it is locked (" + reason(errno) + ')';
    return result;
  }
  result.content = read_all(d.get());
  if (lock.l_type == F_UNLCK) {
    result.state = pid_file_state::free;
    if (const auto said = parse_pid_file(result.content).daemon)
      result.living = identity_of(said->pid);
    return result;
  }
  result.state = pid_file_state::held;
  if (lock.l_pid > 0) {
    result.holder = lock.l_pid;
    result.living = identity_of(lock.l_pid);
  } else if (const auto said = parse_pid_file(result.content).daemon) {
    result.living = identity_of(said->pid);
  }
  return result;
}

daemon_verdict find_daemon(const places& where) {
  constexpr std::chrono::milliseconds patience{2000}, between{10};
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto result = look_for_daemon(where);
    if (!result.passes || std::chrono::steady_clock::now() >= until)
      return result;
    std::this_thread::sleep_for(between);
  }
}

std::optional<pid_file> pid_file::claim(const fs::path& file, bool by_name) {
  auto fd = lock(file, O_CREAT);
  if (fd.get() < 0)
    return std::nullopt;
  pid_file result{file, std::move(fd)};
  try {
    write_all(result.fd_.get(), by_name ? format_pid_file(own_identity()) : std::string{});
  } catch (const std::runtime_error& e) {
    throw std::runtime_error("Cannot use the PID file " + file.string() + ": it " + e.what() + '.');
  }
  return result;
}

std::optional<pid_file> pid_file::adopt(const fs::path& file) {
  try {
    if (auto fd = lock(file, 0); fd.get() >= 0)
      return pid_file{file, std::move(fd)};
  } catch (const std::runtime_error&) { // none of ours
  }
  return std::nullopt;
}

pid_file::~pid_file() {
  remove();
}

bool pid_file::is_in_place() const {
  return fd_.get() >= 0 && is_still_at(fd_.get(), file_);
}

void pid_file::remove() const noexcept {
  if (fd_.get() >= 0 && is_still_at(fd_.get(), file_))
    ::unlink(file_.c_str());
}

} // namespace pmactor
