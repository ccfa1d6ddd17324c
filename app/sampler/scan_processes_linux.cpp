#include "app/sampler/scan_processes_linux.hpp"

#include "actors/host/parse_numbers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pmactor {
namespace {

/// Without a fork a process can still come into sight, e.g. by giving up another user's rights.
constexpr std::uint64_t list_at_least_every = 10;
/// Scans after which a quiet process has only one descriptor left, the cheapest.
constexpr std::uint64_t quiet_after = 60;
/// One in so many of the quiet is asked in a scan.
constexpr std::uint64_t quiet_turn = 4;
/// The kernel books CPU time by ticks, so that this much without a doer means nothing.
constexpr std::chrono::nanoseconds unexplained = std::chrono::milliseconds{50};
/// Scans for which a process that did I/O is asked for more, even if its CPU clock stands still: that of
/// a process with threads is coarse.
constexpr std::uint64_t io_stays = 30;

} // namespace

process_scanner::process_scanner(std::filesystem::path root, std::size_t most_kept)
  : root_{std::move(root)}, most_kept_{most_kept}, buffer_(std::size_t{32} << 10) {
  const auto ticks = ::sysconf(_SC_CLK_TCK);
  tick_ = std::chrono::nanoseconds{std::chrono::seconds{1}} / (ticks > 0 ? ticks : 100);
  proc_ = kept_file{::open((root_ / "proc").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  const auto self = kept_file::open(proc_.fd(), "self/schedstat");
  exact_clock_ = self.is_open() && parse_schedstat(self.read(buffer_.data(), buffer_.size()));
}

kept_file process_scanner::open(std::int64_t pid, const char* name) const {
  std::array<char, 64> path;
  const auto end = std::to_chars(path.data(), path.data() + 24, pid).ptr;
  *end = '/';
  std::strcpy(end + 1, name);
  return kept_file::open(proc_.fd(), path.data());
}

/// Reads a file of a process, through the kept descriptor if there is one.
std::string_view process_scanner::read(entry& x, kept_file& file, const char* name, bool keep) {
  constexpr std::size_t enough = 1024; // for any of them
  if (file.is_open())
    return file.read(buffer_.data(), enough);
  auto opened = open(x.reading.pid, name);
  if (!opened.is_open())
    return {};
  const auto text = opened.read(buffer_.data(), enough);
  if (keep && kept_ < most_kept_ && !text.empty()) {
    file = std::move(opened);
    ++kept_;
  }
  return text;
}

void process_scanner::give_back(kept_file& file) {
  if (file.is_open()) {
    file.close();
    --kept_;
  }
}

void process_scanner::give_back(entry& x) {
  give_back(x.stat);
  give_back(x.schedstat);
  give_back(x.io);
}

/// It has ended. Its parent, which has reaped it, inherits its I/O in the kernel's books.
void process_scanner::lose(entry& x) {
  give_back(x);
  ++ended_;
  bereaved_.push_back(x.reading.parent);
}

bool process_scanner::has_lost_child(const entry& x) const {
  return std::find(bereaved_.begin(), bereaved_.end(), x.reading.pid) != bereaved_.end();
}

/// Brings the entries in line with the directory.
void process_scanner::list(const std::optional<std::uint64_t>& forks) {
  made_ = forks && forks_ ? *forks - *forks_ : 0;
  if (forks && forks == forks_ && scans_ % list_at_least_every != 0)
    return;
  forks_ = forks;
  pids_.clear();
  ::lseek(proc_.fd(), 0, SEEK_SET);
  for (;;) {
    const auto count = ::syscall(SYS_getdents64, proc_.fd(), buffer_.data(), buffer_.size());
    if (count <= 0)
      break;
    for (long at = 0; at < count;) {
      const auto* item = buffer_.data() + at;
      unsigned short length = 0;
      std::memcpy(&length, item + offsetof(dirent64, d_reclen), sizeof length);
      at += length;
      std::string_view name{item + offsetof(dirent64, d_name)};
      std::uint64_t pid = 0;
      if (take_number(name, pid) && name.empty())
        pids_.push_back(static_cast<std::int64_t>(pid));
    }
  }
  if (!std::is_sorted(pids_.begin(), pids_.end()))
    std::sort(pids_.begin(), pids_.end());
  next_.clear();
  auto old = entries_.begin();
  for (const auto pid : pids_) {
    for (; old != entries_.end() && old->reading.pid < pid; ++old)
      lose(*old);
    if (old != entries_.end() && old->reading.pid == pid)
      next_.push_back(std::move(*old++));
    else
      next_.emplace_back(pid);
  }
  for (; old != entries_.end(); ++old)
    lose(*old);
  entries_.swap(next_);
  next_.clear();
}

/// Takes over what stat says; @returns whether it is a process and the same as before.
bool process_scanner::take_stat(entry& x, std::string_view text) {
  const auto stat = parse_process_stat(text);
  if (!stat || (x.seen && stat->started_ticks != x.reading.started_ticks))
    return false;
  auto& to = x.reading;
  if (to.name != stat->name) {
    // A new program: it may have been moved to its own cgroup and got other rights on the way.
    to.name = stat->name;
    to.cgroup.reset();
    x.may_io = true;
  }
  to.state = stat->state;
  to.started_ticks = stat->started_ticks;
  to.parent = stat->parent;
  to.reaped_faults = stat->reaped_faults;
  to.user_ticks = stat->user_ticks;
  to.system_ticks = stat->system_ticks;
  to.major_faults = stat->major_faults;
  to.resident_pages = stat->virtual_bytes > 0 ? std::optional{stat->resident_pages} : std::nullopt;
  x.threads = stat->threads;
  x.had_threads = x.had_threads || x.threads > 1;
  if (x.threads > 1) { // the main thread's clock no longer speaks for all
    to.run_ns.reset();
    x.gate.reset();
    give_back(x.schedstat);
  }
  return true;
}

void process_scanner::read_io(entry& x) {
  if (!x.may_io)
    return;
  // Once is for what it had before; what runs again is worth a descriptor.
  const auto io = parse_process_io(read(x, x.io, "io", x.reading.io.has_value()));
  if (!io) {
    x.may_io = false;
    x.reading.io.reset();
    x.reading.own_io.reset();
    give_back(x.io);
    return;
  }
  const bool has_changed = x.reading.io != io;
  if (x.reading.io && has_changed)
    x.did_io = scans_;
  x.reading.io = io;
  if (has_changed || x.had_threads)
    read_own_io(x);
}

/// A process with one thread did itself what that thread did; the rest was done by children. Asked
/// only of the few whose I/O has changed, so no descriptor is kept.
void process_scanner::read_own_io(entry& x) {
  auto& own = x.reading.own_io;
  own.reset();
  if (x.had_threads)
    return;
  if (*x.reading.io == process_io{}) {
    own = process_io{};
    return;
  }
  std::array<char, 64> name;
  std::snprintf(name.data(), name.size(), "task/%lld/io", static_cast<long long>(x.reading.pid));
  const auto file = open(x.reading.pid, name.data());
  if (file.is_open())
    own = parse_process_io(file.read(buffer_.data(), 1024));
}

void process_scanner::read_cgroup(entry& x) {
  const auto file = open(x.reading.pid, "cgroup");
  if (!file.is_open())
    return;
  const auto path = find_cgroup(file.read(buffer_.data(), buffer_.size()));
  if (path.empty())
    return;
  auto place = std::make_shared<cgroup_place>();
  place->path = path;
  for (const char* tree : {"sys/fs/cgroup", "sys/fs/cgroup/unified", "sys/fs/cgroup/systemd"}) {
    struct stat facts {};
    const auto directory = (root_ / tree).string() + place->path;
    if (::stat(directory.c_str(), &facts) == 0) {
      place->inode = facts.st_ino;
      break;
    }
  }
  x.reading.cgroup = std::move(place);
}

/// Where in the kernel a process in D waits: only of those, as a file must be opened for it.
void process_scanner::read_wait(entry& x) {
  x.reading.waits_in.clear();
  if (x.reading.state != 'D')
    return;
  const auto file = open(x.reading.pid, "wchan");
  if (file.is_open())
    x.reading.waits_in = find_wait(file.read(buffer_.data(), 128));
}

/// Reads what may have changed. @returns false if the process has ended.
bool process_scanner::refresh(entry& x) {
  auto& reading = x.reading;
  std::optional<run_clock> clock;
  if (x.schedstat.is_open()) {
    clock = parse_schedstat(read(x, x.schedstat, "schedstat", true));
    if (!clock)
      return false;
    if (x.gate == clock && reading.state != 'D') {
      reading.at = at_;
      if (scans_ - x.ran >= quiet_after) {
        give_back(x.stat);
        give_back(x.io);
      }
      return true;
    }
  }
  const bool first = !x.seen;
  const auto ticks = reading.user_ticks + reading.system_ticks;
  const auto run_ns = reading.run_ns;
  // The clock is read before stat: whatever happens in between shows in the next scan.
  // Worth a descriptor: what ran again, and what has no cheaper one to be asked by.
  const bool keep = !first && (x.gate || x.threads > 1 || !exact_clock_);
  if (!take_stat(x, read(x, x.stat, "stat", keep)))
    return false;
  x.seen = true;
  read_wait(x);
  reading.at = at_;
  if (x.threads == 1 && clock) {
    reading.run_ns = clock->run_ns;
    x.gate = clock;
  } else if (x.threads == 1 && exact_clock_ && kept_ < most_kept_) {
    // Read after stat, so it is no gate yet: a thread may have been made in between.
    if (const auto later = parse_schedstat(read(x, x.schedstat, "schedstat", true)))
      reading.run_ns = later->run_ns;
  }
  const auto ticks_now = reading.user_ticks + reading.system_ticks;
  const bool ran = ticks_now != ticks || reading.run_ns != run_ns;
  if (!first && run_ns && reading.run_ns && *reading.run_ns >= *run_ns)
    burned_ += std::chrono::nanoseconds{*reading.run_ns - *run_ns};
  else if (!first && ticks_now > ticks)
    burned_ += tick_ * static_cast<std::int64_t>(ticks_now - ticks);
  if (ran || first)
    x.ran = scans_;
  if (first || ran || reading.state == 'D' || (x.did_io > 0 && scans_ - x.did_io < io_stays))
    read_io(x);
  // At the first scan no process is known to have run.
  if ((ran || reading.state == 'D') && scans_ > 0 && !reading.cgroup)
    read_cgroup(x);
  return true;
}

/// Whether to believe, this time, that it sleeps as it did the last sixty.
bool process_scanner::sleeps_on(const entry& x) const {
  return x.gate && x.reading.state != 'D' && scans_ - x.ran > quiet_after
         && (static_cast<std::uint64_t>(x.reading.pid) + scans_) % quiet_turn != 0;
}

/// Whether more CPU time was used than those asked have had. Where a process ended, it may have been that
/// one's.
bool process_scanner::has_unexplained_time(const scan_request& request) const {
  return skipped_ > 0 && ended_ == 0 && made_ <= born_ && request.busy > burned_ + unexplained;
}

/// Reads a process, or the one that has its number by now. @returns false if there is none.
bool process_scanner::read_entry(entry& x) {
  if (!x.seen)
    ++born_;
  if (refresh(x))
    return true;
  lose(x);
  x = entry{x.reading.pid};
  if (refresh(x))
    return true;
  give_back(x);
  x.gone = true;
  return false;
}

void process_scanner::scan(const scan_request& request, std::vector<process_reading>& result) {
  at_ = request.at;
  burned_ = {};
  born_ = ended_ = skipped_ = 0;
  bereaved_.clear();
  list(request.forks);
  for (auto& x : entries_) {
    x.skipped = !request.all && sleeps_on(x);
    if (x.skipped)
      ++skipped_;
    else
      read_entry(x);
  }
  const bool ask_all = has_unexplained_time(request);
  for (auto& x : entries_)
    if (x.skipped && (ask_all || has_lost_child(x)))
      read_entry(x);
  std::erase_if(entries_, [](const entry& x) { return x.gone; });
  result.resize(entries_.size());
  for (std::size_t i = 0; i < entries_.size(); ++i)
    result[i] = entries_[i].reading;
  ++scans_;
}

} // namespace pmactor
