#include "app/witness/probe_actions.hpp"

#include "actors/host/owned_descriptor.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <memory>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pmactor {
namespace {

constexpr std::size_t page_bytes = 4096;

std::string folder_of(std::string_view disk) {
  return "/sys/block/" + std::string{disk};
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

std::optional<std::uint64_t> number_in(const std::string& file) {
  const owned_descriptor d{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  std::array<char, 32> room{};
  const auto n = d.get() < 0 ? -1 : ::read(d.get(), room.data(), room.size());
  std::uint64_t result = 0;
  if (n <= 0 || std::from_chars(room.data(), room.data() + n, result).ec != std::errc{})
    return std::nullopt;
  return result;
}

} // namespace

std::function<bool()> touch_memory() {
  constexpr std::size_t kept = 32 * page_bytes, fresh = 64 * page_bytes;
  const auto map = [](std::size_t bytes) {
    return ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  };
  void* own = map(kept); // for as long as the process lives
  return [own, map] {
    const auto touch = [](void* room, std::size_t bytes) {
      auto* bytes_of = static_cast<volatile char*>(room);
      for (std::size_t i = 0; i < bytes; i += page_bytes)
        bytes_of[i] = 1;
    };
    if (own == MAP_FAILED)
      return false;
    touch(own, kept);
    if (void* room = map(fresh); room != MAP_FAILED) {
      touch(room, fresh);
      ::munmap(room, fresh);
    }
    return true;
  };
}

std::function<bool()> start_program() {
  return [] {
    const char* path = exists("/bin/true") ? "/bin/true" : "/usr/bin/true";
    std::array<char*, 2> arguments{const_cast<char*>(path), nullptr};
    std::array<char*, 1> environment{nullptr};
    pid_t child = -1;
    if (::posix_spawn(&child, path, nullptr, nullptr, arguments.data(), environment.data()) != 0)
      return false;
    int status = 0;
    ::waitpid(child, &status, 0);
    return true;
  };
}

std::function<bool()> read_disk(std::string_view name) {
  struct reader {
    std::string path;
    owned_descriptor device;
    std::uint64_t blocks = 0, next = 0;
    std::unique_ptr<void, decltype(&std::free)> room{nullptr, &std::free};
  };
  auto mine = std::make_shared<reader>();
  mine->path = "/dev/" + std::string{name};
  return [mine] {
    auto& r = *mine;
    if (r.device.get() < 0) { // opened by its own thread, as that may take for ever
      r.device = owned_descriptor{::open(r.path.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC | O_NONBLOCK)};
      std::uint64_t bytes = 0;
      if (r.device.get() < 0 || ::ioctl(r.device.get(), BLKGETSIZE64, &bytes) != 0 || bytes < page_bytes)
        return false;
      r.blocks = bytes / page_bytes;
      r.room.reset(std::aligned_alloc(page_bytes, page_bytes));
      if (!r.room)
        return false;
    }
    // A device remembers what it was asked last: each time another place, spread by a large prime.
    r.next = (r.next + 2654435761u) % r.blocks;
    // That a read fails is an answer too.
    (void)!::pread(r.device.get(), r.room.get(), page_bytes, static_cast<off_t>(r.next * page_bytes));
    return true;
  };
}

std::function<bool()> ask_mount(std::string where) {
  return [where = std::move(where)] {
    struct statvfs facts {};
    (void)::statvfs(where.c_str(), &facts);
    return true;
  };
}

bool is_whole_disk(std::string_view name) {
  const auto folder = folder_of(name);
  return exists(folder) && number_in(folder + "/hidden").value_or(0) == 0
         && number_in(folder + "/size").value_or(0) > 0;
}

bool is_hardware(std::string_view name) {
  return exists(folder_of(name) + "/device");
}

std::vector<std::string> slaves_of(std::string_view name) {
  std::vector<std::string> result;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir((folder_of(name) + "/slaves").c_str()), &::closedir};
  if (!folder)
    return result;
  while (const auto* entry = ::readdir(folder.get()))
    if (entry->d_name[0] != '.')
      result.emplace_back(entry->d_name);
  return result;
}

std::optional<std::uint64_t> fuse_requests(unsigned device) {
  return number_in("/sys/fs/fuse/connections/" + std::to_string(device) + "/waiting");
}

} // namespace pmactor
