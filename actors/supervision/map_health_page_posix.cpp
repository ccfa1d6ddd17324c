#include "actors/supervision/map_health_page.hpp"

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/transfer_fully.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <new>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw std::runtime_error("The health page " + file.string()
                           + " is not one of this version of pmactor.");
}

/// Reads a page of the version before; what it lacks stays empty.
bool read_former_page(int fd, health_page& page) {
  std::vector<char> bytes(former_page_size);
  if (read_fully(fd, bytes.data(), bytes.size(), 0).size != bytes.size())
    return false;
  const char* from = bytes.data();
  const auto take = [&from](char* to, std::size_t size) {
    std::memcpy(to, from, size);
    from += size;
  };
  take(reinterpret_cast<char*>(&page), offsetof(health_page, slots));
  for (auto& slot : page.slots) {
    auto* const begin = reinterpret_cast<char*>(&slot);
    take(begin, former_gap_begin);
    take(begin + former_gap_end, sizeof slot - former_gap_end);
  }
  return true;
}

/// @returns false if the file has become too short.
bool read_page(int fd, health_page& page, bool is_former) {
  return is_former ? read_former_page(fd, page)
                   : read_fully(fd, reinterpret_cast<char*>(&page), sizeof page, 0).size == sizeof page;
}

/// Writes it all: with its memory taken now, no write to the page can find a full folder later, which would
/// end the daemon by a signal.
/// @returns false with errno set if that fails; EFAULT if the bytes themselves cannot be read.
bool write_page(int fd, const void* bytes) {
  return write_fully(fd, {static_cast<const char*>(bytes), sizeof(health_page)}, 0);
}

bool write_empty_page(int fd) {
  const std::vector<char> zeros(sizeof(health_page));
  return write_page(fd, zeros.data());
}

std::filesystem::path fresh_name(const std::filesystem::path& file) {
  auto result = file;
  result += ".new";
  return result;
}

/// @returns a new, empty file under its fresh name.
owned_descriptor create_file(const std::filesystem::path& fresh) {
  ::unlink(fresh.c_str());
  owned_descriptor d{::open(fresh.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (d.get() < 0)
    fail("cannot create the health page " + fresh.string());
  return d;
}

void publish(const std::filesystem::path& fresh, const std::filesystem::path& file) {
  if (::rename(fresh.c_str(), file.c_str()) != 0)
    fail("cannot publish the health page " + file.string());
}

/// @param at where to map it, in place of what is there; null for anywhere.
void* map_page(int fd, void* at, const std::filesystem::path& file) {
  void* result = ::mmap(at, sizeof(health_page), PROT_READ | PROT_WRITE,
                        MAP_SHARED | (at == nullptr ? 0 : MAP_FIXED), fd, 0);
  if (result == MAP_FAILED)
    fail("cannot map the health page " + file.string());
  return result;
}

/// Makes a new, empty page in place of the file. A fresh inode: a reader that holds the page of the run
/// before keeps seeing that run's end.
health_page* make_page(const std::filesystem::path& file, owned_descriptor& d) {
  const auto fresh = fresh_name(file);
  d = create_file(fresh);
  if (!write_empty_page(d.get()))
    fail("cannot make room for the health page " + fresh.string());
  auto* page = new (map_page(d.get(), nullptr, fresh)) health_page;
  publish(fresh, file);
  return page;
}

/// The page that a lost file must not end the process for, and whether any of it was lost.
std::atomic<char*> guarded_page{nullptr};
std::atomic<bool> was_cut_short{false};
std::size_t memory_unit = 4096; ///< The kernel's own page size.

/// A write to a mapped page that its file no longer has: puts empty memory there, so that it can go on.
void on_bus_error(int signal, siginfo_t* info, void*) {
  auto* const begin = guarded_page.load();
  auto* const at = static_cast<char*>(info->si_addr);
  if (begin == nullptr || at < begin || at >= begin + sizeof(health_page)) {
    if (begin != nullptr)
      reinterpret_cast<health_page*>(begin)->fatal_signal.store(signal);
    ::signal(signal, SIG_DFL); // none of ours: it ends the process as it comes again
    return;
  }
  auto* const start = begin + static_cast<std::size_t>(at - begin) / memory_unit * memory_unit;
  ::mmap(start, memory_unit, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  was_cut_short.store(true);
}

void guard(health_page* page) {
  struct sigaction action {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  memory_unit = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  guarded_page.store(reinterpret_cast<char*>(page));
  was_cut_short.store(false);
  ::sigaction(SIGBUS, &action, nullptr);
}

bool is_same_file(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

} // namespace

health_page_keeper::health_page_keeper(std::filesystem::path file) : file_(std::move(file)) {
  page_ = make_page(file_, fd_);
  guard(page_);
}

health_page_keeper::outcome health_page_keeper::check() {
  struct stat ours {
  }, there{};
  const bool is_whole = ::fstat(fd_.get(), &ours) == 0 && ours.st_size == sizeof(health_page)
                        && !was_cut_short.load() && page_->mark.load() == health_page::magic;
  const bool is_there = ::lstat(file_.c_str(), &there) == 0 && is_same_file(ours, there);
  if (is_whole && is_there)
    return outcome::in_place;
  const auto fresh = fresh_name(file_);
  auto d = create_file(fresh);
  // What an actor counts between this copy and the new mapping, some microseconds, is lost with the old file.
  const bool is_kept = is_whole && write_page(d.get(), page_);
  if (!is_kept && !write_empty_page(d.get()))
    fail("cannot make room for the health page " + fresh.string());
  map_page(d.get(), page_, fresh);
  was_cut_short.store(false);
  fd_ = std::move(d);
  publish(fresh, file_);
  return is_kept ? outcome::made_anew : outcome::content_lost;
}

const_health_page_ptr open_health_page(const std::filesystem::path& file) {
  const owned_descriptor d{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (d.get() < 0)
    fail("cannot open the health page " + file.string());
  struct stat facts {};
  if (::fstat(d.get(), &facts) != 0)
    fail("cannot examine the health page " + file.string());
  const bool is_former = facts.st_size == static_cast<off_t>(former_page_size);
  if (!S_ISREG(facts.st_mode) || (!is_former && facts.st_size != static_cast<off_t>(sizeof(health_page))))
    refuse(file);
  if (const auto user = ::geteuid(); user != 0 && facts.st_uid != user && facts.st_uid != 0)
    throw std::runtime_error("The health page " + file.string() + " belongs to another user ("
                             + std::to_string(facts.st_uid) + "); only root may trust it.");
  // A writer may be at work. The next copy shows whether the page changed in the middle of this one; a
  // daemon that never gives us two alike is shown as it was copied, which does no harm.
  auto page = std::make_unique<health_page>();
  auto next = std::make_unique<health_page>();
  if (!read_page(d.get(), *page, is_former))
    refuse(file);
  constexpr int patience = 60;
  for (int attempt = 0; attempt < patience; ++attempt) {
    if (!read_page(d.get(), *next, is_former))
      refuse(file);
    const bool filled_in = page->mark.load() != 0;
    if (filled_in && is_settled(*page, *next))
      break;
    page.swap(next);
    if (filled_in)
      std::this_thread::yield(); // the writer may have been preempted half way
    else
      std::this_thread::sleep_for(
        std::chrono::microseconds{500}); // its daemon has only just made it
  }
  if (page->mark.load() != (is_former ? health_page::former_magic : health_page::magic))
    refuse(file);
  return page;
}

} // namespace pmactor
