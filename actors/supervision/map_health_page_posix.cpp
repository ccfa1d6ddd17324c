#include "actors/supervision/map_health_page.hpp"

#include "actors/host/owned_descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <new>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw std::runtime_error("The health page " + file.string()
                           + " is not one of this version of pmactor.");
}

/// @returns false if the file has become too short.
bool read_page(int fd, health_page& page) {
  std::size_t done = 0;
  while (done < sizeof page) {
    const auto n = ::pread(fd, reinterpret_cast<char*>(&page) + done, sizeof page - done,
                           static_cast<off_t>(done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

/// Fills the page with zeros: with its memory taken now, no write to it can find a full folder later, which
/// would end the daemon by a signal.
bool write_zeros(int fd) {
  static const std::array<char, 4096> zeros{};
  for (std::size_t left = sizeof(health_page); left > 0;) {
    const auto n = ::write(fd, zeros.data(), std::min(left, zeros.size()));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    left -= static_cast<std::size_t>(n);
  }
  return true;
}

} // namespace

void unmap_health_page::operator()(health_page* page) const {
  ::munmap(page, sizeof(health_page));
}

health_page_ptr create_health_page(const std::filesystem::path& file) {
  // A fresh inode: a reader that holds the page of the run before keeps seeing that run's end.
  auto fresh = file;
  fresh += ".new";
  ::unlink(fresh.c_str());
  const owned_descriptor d{::open(fresh.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (d.get() < 0)
    fail("cannot create the health page " + fresh.string());
  if (!write_zeros(d.get()))
    fail("cannot make room for the health page " + fresh.string());
  void* room = ::mmap(nullptr, sizeof(health_page), PROT_READ | PROT_WRITE, MAP_SHARED, d.get(), 0);
  if (room == MAP_FAILED)
    fail("cannot map the health page " + fresh.string());
  health_page_ptr page{new (room) health_page};
  if (::rename(fresh.c_str(), file.c_str()) != 0)
    fail("cannot publish the health page " + file.string());
  return page;
}

const_health_page_ptr open_health_page(const std::filesystem::path& file) {
  const owned_descriptor d{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (d.get() < 0)
    fail("cannot open the health page " + file.string());
  struct stat facts {};
  if (::fstat(d.get(), &facts) != 0)
    fail("cannot examine the health page " + file.string());
  if (!S_ISREG(facts.st_mode) || facts.st_size != static_cast<off_t>(sizeof(health_page)))
    refuse(file);
  if (const auto user = ::geteuid(); user != 0 && facts.st_uid != user && facts.st_uid != 0)
    throw std::runtime_error("The health page " + file.string() + " belongs to another user ("
                             + std::to_string(facts.st_uid) + "); only root may trust it.");
  // A writer may be at work. What changes in the middle of a copy is told by the copy after it; a
  // daemon that never gives us two alike is shown as it was copied, which harms nobody.
  auto page = std::make_unique<health_page>();
  auto next = std::make_unique<health_page>();
  if (!read_page(d.get(), *page))
    refuse(file);
  constexpr int patience = 60;
  for (int attempt = 0; attempt < patience; ++attempt) {
    if (!read_page(d.get(), *next))
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
  if (page->mark.load() != health_page::magic)
    refuse(file);
  return page;
}

} // namespace pmactor
