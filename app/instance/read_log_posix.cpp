#include "app/instance/read_log.hpp"

#include "actors/host/explain_rights.hpp"
#include "actors/host/transfer_fully.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t block_size = 64 * 1024;
constexpr std::size_t longest_line = 64 * 1024;
constexpr int most_files = 1000; ///< More than the settings allow.
/// File systems stamp by a clock that is some milliseconds behind the one by which lines are
/// stamped, and some only in whole seconds.
constexpr auto stamp_slack = std::chrono::seconds{2};

struct opened {
  owned_descriptor fd;
  struct stat facts {};
};

/// @returns no descriptor if there is no such file.
opened open_log(const fs::path& file) {
  opened result;
  const auto refuse = [&](const std::string& why) {
    if (const auto rights = explain_rights(file); !rights.empty())
      throw std::runtime_error("Cannot read the log " + file.string() + ": " + rights);
    throw std::runtime_error("Cannot read the log " + file.string() + ": " + why + '.');
  };
  result.fd = owned_descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (result.fd.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return result;
    refuse(std::strerror(errno));
  }
  if (::fstat(result.fd.get(), &result.facts) != 0)
    refuse(std::strerror(errno));
  if (!S_ISREG(result.facts.st_mode))
    refuse("it is not a regular file");
  return result;
}

/// @returns the name that spdlog gives to the file that was rotated out as the index-th last.
fs::path rotated(const fs::path& file, int index) {
  auto result = file;
  result.replace_extension();
  result += '.' + std::to_string(index) + file.extension().string();
  return result;
}

std::chrono::nanoseconds modified_at(const struct stat& facts) {
#ifdef __APPLE__
  const auto& time = facts.st_mtimespec;
#else
  const auto& time = facts.st_mtim;
#endif
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

/// @returns up to *size* bytes from *offset* on; fewer only at the end of the file.
std::string_view read_block(int fd, std::int64_t offset, std::int64_t size, std::string& room) {
  room.resize(static_cast<std::size_t>(size));
  const auto got = read_fully(fd, room.data(), room.size(), static_cast<off_t>(offset));
  if (got.error != 0)
    throw std::runtime_error(std::string{"Cannot read the log: "} + std::strerror(got.error) + '.');
  return std::string_view{room}.substr(0, got.size);
}

/// Splits what comes in blocks into lines.
class line_splitter {
public:
  line_splitter(std::string& rest, const log_filter& filter, const line_sink& sink)
    : rest_(rest), filter_(filter), sink_(sink) {
  }

  void add(std::string_view block) {
    while (!block.empty()) {
      const auto end = block.find('\n');
      const auto part = block.substr(0, end);
      if (rest_.empty() && end != std::string_view::npos) {
        pass(part);
      } else {
        rest_ += part;
        if (end != std::string_view::npos || rest_.size() >= longest_line)
          finish();
      }
      if (end == std::string_view::npos)
        return;
      block.remove_prefix(end + 1);
    }
  }

  /// What stands at the end of a file without a line feed is a line too, once the file grows no
  /// more.
  void finish() {
    if (!rest_.empty())
      pass(rest_);
    rest_.clear();
  }

private:
  void pass(std::string_view line) const {
    if (passes(line, filter_))
      sink_(line);
  }
  std::string& rest_;
  const log_filter& filter_;
  const line_sink& sink_;
};

} // namespace

log_snapshot::log_snapshot(const fs::path& file) {
  // The newest first: a rotation between two openings shows one file twice, but hides none.
  int gaps = 0;
  for (int i = 0; i < most_files && gaps < 2; ++i) {
    auto found = open_log(i == 0 ? file : rotated(file, i));
    if (found.fd.get() < 0) {
      gaps += i > 0 ? 1 : 0;
      continue;
    }
    part p{std::move(found.fd), static_cast<std::uint64_t>(found.facts.st_dev),
           static_cast<std::uint64_t>(found.facts.st_ino), found.facts.st_size,
           modified_at(found.facts)};
    const bool known = std::any_of(parts_.begin(), parts_.end(), [&](const part& x) {
      return x.device == p.device && x.inode == p.inode;
    });
    if (!known)
      parts_.push_back(std::move(p));
  }
}

std::vector<std::string> log_snapshot::last_lines(std::size_t count,
                                                  const log_filter& filter) const {
  std::deque<std::string> found;
  std::string room;
  for (const auto& p : parts_) {
    if (filter.since && p.modified + stamp_slack < *filter.since)
      continue;
    std::string tail; ///< The end of a line whose begin lies further ahead in the file.
    bool at_end = true;
    const auto take = [&](std::string line) {
      // The line feed at the very end of a file ends its last line and begins none.
      const bool nothing = std::exchange(at_end, false) && line.empty();
      if (!nothing && found.size() < count && passes(line, filter))
        found.push_front(std::move(line));
    };
    for (auto end = p.size; end > 0 && found.size() < count;) {
      const auto begin = std::max<std::int64_t>(0, end - block_size);
      auto block = read_block(p.fd.get(), begin, end - begin, room);
      end = begin;
      for (auto feed = block.rfind('\n'); feed != std::string_view::npos && found.size() < count;
           feed = block.rfind('\n')) {
        take(std::string{block.substr(feed + 1)}.append(tail));
        tail.clear();
        block = block.substr(0, feed);
      }
      if (found.size() < count)
        tail.insert(0, block);
      if (tail.size() >= longest_line)
        take(std::exchange(tail, {}));
    }
    if (found.size() < count && (!tail.empty() || !at_end) && p.size > 0)
      take(std::move(tail));
    if (found.size() == count)
      break;
  }
  return {std::make_move_iterator(found.begin()), std::make_move_iterator(found.end())};
}

void log_snapshot::all_lines(const log_filter& filter, const line_sink& sink) const {
  std::string room, rest;
  for (auto p = parts_.rbegin(); p != parts_.rend(); ++p) {
    if (filter.since && p->modified + stamp_slack < *filter.since)
      continue;
    line_splitter lines{rest, filter, sink};
    for (std::int64_t offset = 0; offset < p->size;) {
      const auto block = read_block(p->fd.get(), offset, std::min(block_size, p->size - offset), room);
      if (block.empty())
        break;
      lines.add(block);
      offset += static_cast<std::int64_t>(block.size());
    }
    lines.finish();
  }
}

log_follower::log_follower(fs::path file, const log_snapshot& from) : file_(std::move(file)) {
  if (from.empty())
    return;
  const auto& newest = from.parts_.front();
  fd_ = owned_descriptor{::fcntl(newest.fd.get(), F_DUPFD_CLOEXEC, 0)};
  device_ = newest.device;
  inode_ = newest.inode;
  offset_ = newest.size;
}

void log_follower::drain(const log_filter& filter, const line_sink& sink) {
  struct stat facts {};
  if (::fstat(fd_.get(), &facts) == 0 && facts.st_size < offset_) { // it was emptied
    offset_ = 0;
    rest_.clear();
  }
  std::string room;
  line_splitter lines{rest_, filter, sink};
  for (;;) {
    const auto block = read_block(fd_.get(), offset_, block_size, room);
    if (block.empty())
      return;
    lines.add(block);
    offset_ += static_cast<std::int64_t>(block.size());
  }
}

void log_follower::poll(const log_filter& filter, const line_sink& sink) {
  struct stat there {};
  const bool present = ::stat(file_.c_str(), &there) == 0;
  if (fd_.get() >= 0)
    drain(filter, sink);
  const bool same = fd_.get() >= 0 && present && static_cast<std::uint64_t>(there.st_dev) == device_
                    && static_cast<std::uint64_t>(there.st_ino) == inode_;
  if (!present || same)
    return;
  // Rotated, perhaps several times: all that is newer than the file we know is to be read from its
  // begin.
  const log_snapshot now{file_};
  const auto known = std::find_if(now.parts_.begin(), now.parts_.end(), [this](const auto& x) {
    return fd_.get() >= 0 && x.device == device_ && x.inode == inode_;
  });
  if (fd_.get() >= 0)
    drain(filter, sink); // what came between the last look and the rotation
  line_splitter{rest_, filter, sink}.finish();
  for (auto part = std::make_reverse_iterator(known); part != now.parts_.rend(); ++part) {
    fd_ = owned_descriptor{::fcntl(part->fd.get(), F_DUPFD_CLOEXEC, 0)};
    device_ = part->device;
    inode_ = part->inode;
    offset_ = 0;
    line_splitter{rest_, filter, sink}.finish();
    drain(filter, sink);
  }
}

} // namespace pmactor
