#include "actors/forensics_supervisor/event_folder_posix.hpp"

#include "actors/forensics_supervisor/name_event_folder.hpp"
#include "actors/host/list_folder.hpp"
#include "actors/host/remove_folder.hpp"
#include "actors/host/transfer_fully.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <stdexcept>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 64;
constexpr std::size_t most_folders = 100'000;
constexpr unsigned most_attempts = 100;
constexpr int as_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

[[noreturn]] void fail(const std::string& tried, int code = errno) {
  throw std::runtime_error("cannot " + tried + ": " + std::generic_category().message(code) + '.');
}

/// Opens a folder of ours by its name in another one; makes it if there is none.
owned_descriptor open_own_folder(int parent, const std::string& name, const std::string& shown) {
  if (::mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST)
    fail("make " + shown);
  owned_descriptor result{::openat(parent, name.c_str(), as_folder)};
  if (result.get() < 0) {
    if (errno == ELOOP || errno == ENOTDIR)
      throw std::runtime_error("cannot use " + shown + ": it is no folder of pmactor's. Move it away.");
    fail("open " + shown);
  }
  struct stat found{};
  if (::fstat(result.get(), &found) != 0)
    fail("look at " + shown);
  if (found.st_uid != ::geteuid())
    throw std::runtime_error("cannot use " + shown + ": it belongs to another user.");
  if ((found.st_mode & 0077) != 0)
    (void)::fchmod(result.get(), 0700);
  return result;
}

/// Opens `events` if it is there and ours.
owned_descriptor find_events(const fs::path& data) {
  return owned_descriptor{::open((data / std::string{events_folder}).c_str(), as_folder)};
}

void sync(int fd) {
#ifdef __APPLE__
  (void)::fsync(fd);
#else
  (void)::fdatasync(fd);
#endif
}

} // namespace

owned_descriptor open_events(const fs::path& data) {
  const owned_descriptor parent{::open(data.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (parent.get() < 0)
    fail("open the data folder " + data.string());
  return open_own_folder(parent.get(), std::string{events_folder},
                         (data / std::string{events_folder}).string());
}

open_event_folder::open_event_folder(const fs::path& data, event_id event)
  : data_(data), event_(event), events_(open_events(data)),
    fd_(open_own_folder(events_.get(), name_open_folder(event),
                        (data / std::string{events_folder} / name_open_folder(event)).string())) {
}

open_event_folder::file::file(const open_event_folder& folder, std::string name)
  : folder_(folder), name_(std::move(name)) {
  const auto part = name_ + ".part";
  (void)::unlinkat(folder_.fd_.get(), part.c_str(), 0);
  fd_ = owned_descriptor{::openat(folder_.fd_.get(), part.c_str(),
                                  O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (fd_.get() < 0)
    fail("begin " + name_);
}

void open_event_folder::file::write(std::string_view bytes) {
  if (!write_fully(fd_.get(), bytes))
    fail("write " + name_);
}

std::uint64_t open_event_folder::file::whole() {
  sync(fd_.get());
  struct stat found{};
  if (::fstat(fd_.get(), &found) != 0)
    fail("look at " + name_);
  fd_.reset();
  if (::renameat(folder_.fd_.get(), (name_ + ".part").c_str(), folder_.fd_.get(), name_.c_str()) != 0)
    fail("name " + name_);
  return static_cast<std::uint64_t>(found.st_size);
}

void open_event_folder::file::discard() {
  fd_.reset();
  (void)::unlinkat(folder_.fd_.get(), (name_ + ".part").c_str(), 0);
}

open_event_folder::file open_event_folder::begin(const std::string& name) const {
  return file{*this, name};
}

fs::path open_event_folder::path_for(const std::string& name) const {
  remove(name);
  return data_ / std::string{events_folder} / name_open_folder(event_) / name;
}

std::optional<std::uint64_t> open_event_folder::adopt(const std::string& name) const {
  const owned_descriptor made{::openat(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)};
  struct stat found{};
  if (made.get() < 0 || ::fstat(made.get(), &found) != 0 || !S_ISREG(found.st_mode))
    return std::nullopt;
  (void)::fchmod(made.get(), 0600);
  sync(made.get());
  return static_cast<std::uint64_t>(found.st_size);
}

std::optional<std::uint64_t> open_event_folder::size_of(const std::string& name) const {
  struct stat found{};
  if (::fstatat(fd_.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(found.st_mode))
    return std::nullopt;
  return static_cast<std::uint64_t>(found.st_size);
}

void open_event_folder::remove(const std::string& name) const {
  (void)::unlinkat(fd_.get(), name.c_str(), 0);
}

std::vector<std::pair<std::string, std::uint64_t>> open_event_folder::files() const {
  std::vector<std::pair<std::string, std::uint64_t>> result;
  each_entry(fd_.get(), [&](const dirent& entry) {
    const std::string name{entry.d_name};
    if (const auto size = size_of(name))
      result.emplace_back(name, *size);
    return result.size() < most_files;
  });
  return result;
}

std::string open_event_folder::publish() {
  (void)::fsync(fd_.get());
  const auto open_name = name_open_folder(event_);
  for (unsigned attempt = 1; attempt <= most_attempts; ++attempt) {
    const auto name = name_event_folder(event_, attempt);
    struct stat found{};
    // Only we make names in a folder that is 0700 and ours, so none comes in between.
    if (::fstatat(events_.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0)
      continue;
    if (::renameat(events_.get(), open_name.c_str(), events_.get(), name.c_str()) != 0)
      fail("give the event's folder its name " + name);
    (void)::fsync(events_.get());
    return name;
  }
  throw std::runtime_error("cannot name the event's folder: all its names are taken.");
}

void open_event_folder::discard() {
  remove_tree(events_.get(), name_open_folder(event_));
}

std::vector<event_id> find_open_folders(const fs::path& data) {
  std::vector<event_id> result;
  const auto events = find_events(data);
  if (events.get() >= 0)
    each_entry(events.get(), [&](const dirent& entry) {
      const std::string name{entry.d_name};
      struct stat found{};
      if (const auto event = event_of_open_folder(name);
          event && ::fstatat(events.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0
          && S_ISDIR(found.st_mode))
        result.push_back(*event);
      return result.size() < most_files;
    });
  return result;
}

std::vector<std::pair<std::string, std::uint64_t>> list_event_folders(const fs::path& data) {
  std::vector<std::pair<std::string, std::uint64_t>> result;
  const auto events = find_events(data);
  if (events.get() < 0)
    return result;
  each_entry(events.get(), [&](const dirent& entry) {
    const std::string name{entry.d_name};
    if (!is_event_folder(name))
      return true;
    const owned_descriptor folder{::openat(events.get(), name.c_str(), as_folder)};
    if (folder.get() < 0)
      return true;
    std::uint64_t bytes = 0;
    each_entry(folder.get(), [&](const dirent& file) {
      struct stat found{};
      if (::fstatat(folder.get(), file.d_name, &found, AT_SYMLINK_NOFOLLOW) == 0)
        bytes += static_cast<std::uint64_t>(found.st_blocks) * 512;
      return true;
    });
    result.emplace_back(name, bytes);
    return result.size() < most_folders;
  });
  return result;
}

void remove_event_folder(const fs::path& data, const std::string& name) {
  if (is_event_folder(name))
    remove_whole_folder(data / std::string{events_folder}, name);
}

std::optional<std::uint64_t> free_space(const fs::path& data) {
  struct statvfs found{};
  if (::statvfs(data.c_str(), &found) != 0)
    return std::nullopt;
  return static_cast<std::uint64_t>(found.f_bavail) * found.f_frsize;
}

} // namespace pmactor
