#include "app/selftest/stall_source.hpp"

#include "actors/host/every_signal_blocked.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/start_process.hpp"
#include "app/selftest/cleanup_guard_linux.hpp"
#include "app/witness/probe_actions_linux.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/fuse.h>
#include <mutex>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_request = 128 << 10; ///< The kernel demands room for it.

void answer(int device, const fuse_in_header& asked, int error, const void* body, std::size_t bytes) {
  fuse_out_header head{};
  head.unique = asked.unique;
  head.error = -error;
  head.len = static_cast<std::uint32_t>(sizeof head + bytes);
  const std::array<iovec, 2> parts{iovec{&head, sizeof head}, iovec{const_cast<void*>(body), bytes}};
  (void)!::writev(device, parts.data(), bytes > 0 ? 2 : 1);
}

template <class T>
void answer(int device, const fuse_in_header& asked, const T& body) {
  answer(device, asked, 0, &body, sizeof body);
}

/// Answers one request as an empty folder does.
void serve(int device, const fuse_in_header& asked, const char* body) {
  switch (asked.opcode) {
    case FUSE_INIT: {
      fuse_init_in in{}; // a newer kernel says more than we know
      std::memcpy(&in, body, sizeof in.major + sizeof in.minor);
      fuse_init_out out{};
      out.major = FUSE_KERNEL_VERSION;
      out.minor = std::min<std::uint32_t>(in.minor, FUSE_KERNEL_MINOR_VERSION);
      out.max_write = 4096;
      return answer(device, asked, out);
    }
    case FUSE_GETATTR: {
      fuse_attr_out out{};
      out.attr.ino = FUSE_ROOT_ID;
      out.attr.mode = S_IFDIR | 0755;
      out.attr.nlink = 2;
      return answer(device, asked, out);
    }
    case FUSE_STATFS: {
      fuse_statfs_out out{};
      out.st.bsize = out.st.frsize = 4096;
      out.st.namelen = 255;
      return answer(device, asked, out);
    }
    case FUSE_OPENDIR:
      return answer(device, asked, fuse_open_out{});
    case FUSE_READDIR:
    case FUSE_RELEASEDIR:
      return answer(device, asked, 0, nullptr, 0);
    case FUSE_LOOKUP:
      return answer(device, asked, ENOENT, nullptr, 0);
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
      return; // expect no answer
    default:
      return answer(device, asked, ENOSYS, nullptr, 0);
  }
}

/// An empty file system, of which a program asks again and again whether there is a certain file.
class hanging_mount final : public stall_source {
public:
  explicit hanging_mount(const fs::path& folder) : place_{folder / "hanging"} {
    device_ = owned_descriptor{::open("/dev/fuse", O_RDWR | O_NONBLOCK | O_CLOEXEC)};
    if (device_.get() < 0)
      throw std::runtime_error{std::string{"there is no FUSE ("} + std::strerror(errno) + ')'};
    fs::create_directory(place_);
    guard_ = std::make_unique<cleanup_guard>("umount -f -l \"$1\"", place_);
    const auto options =
      "fd=" + std::to_string(device_.get()) + ",rootmode=40000,user_id=0,group_id=0,allow_other";
    if (::mount("pmactor-selftest", place_.c_str(), "fuse.pmactor-selftest",
                MS_NOSUID | MS_NODEV | MS_NOEXEC, options.c_str())
        != 0)
      throw std::runtime_error{std::string{"it cannot be mounted ("} + std::strerror(errno) + ')'};
    {
      const every_signal_blocked guard;
      server_ = std::thread{[this] { serve_all(); }};
    }
    try {
      start_asking();
    } catch (...) {
      undo();
      throw;
    }
  }
  ~hanging_mount() override {
    undo();
  }

  void hold(bool held) override {
    {
      const std::lock_guard guard{mutex_};
      held_ = held;
    }
    ::eventfd_write(changed_.get(), 1);
  }

private:
  void start_asking() {
    struct stat found {};
    if (::stat(place_.c_str(), &found) != 0)
      throw std::runtime_error{"it does not answer"};
    if (!fuse_requests(minor(found.st_dev)))
      throw std::runtime_error{"the kernel does not show who waits for it, as there is no fusectl in /sys/fs/fuse"};
    process_order order;
    order.command = {"/bin/sh", "-c", "while :; do [ -e asked ]; sleep 0.05; done"};
    order.environment = own_environment();
    order.folder = place_;
    order.ends_with_us = true;
    asker_ = std::make_unique<running_process>(order);
  }

  void serve_all() {
    std::vector<char> room(largest_request);
    while (true) {
      bool takes = false;
      {
        const std::lock_guard guard{mutex_};
        if (over_)
          return;
        takes = !held_;
      }
      std::array<pollfd, 2> any{pollfd{changed_.get(), POLLIN, 0},
                                pollfd{takes ? device_.get() : -1, POLLIN, 0}};
      ::poll(any.data(), any.size(), -1);
      eventfd_t times = 0;
      if (any[0].revents != 0)
        ::eventfd_read(changed_.get(), &times);
      const std::lock_guard guard{mutex_};
      if (held_ || any[1].revents == 0)
        continue;
      const auto count = ::read(device_.get(), room.data(), room.size());
      if (count < 0 && errno == ENODEV)
        return; // unmounted
      if (count < static_cast<ssize_t>(sizeof(fuse_in_header)))
        continue;
      fuse_in_header asked;
      std::memcpy(&asked, room.data(), sizeof asked);
      serve(device_.get(), asked, room.data() + sizeof asked);
    }
  }

  void undo() {
    hold(false);
    if (asker_) {
      asker_->signal(SIGKILL);
      asker_->wait();
    }
    ::umount2(place_.c_str(), MNT_DETACH);
    {
      const std::lock_guard guard{mutex_};
      over_ = true;
    }
    ::eventfd_write(changed_.get(), 1);
    server_.join();
    device_.reset(); // calls that still wait get an error
  }

  std::string place_;
  owned_descriptor device_, changed_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::mutex mutex_; ///< Guards the next two; what it is held for is answered before a hold begins.
  bool held_ = false, over_ = false;
  std::unique_ptr<cleanup_guard> guard_;
  std::unique_ptr<running_process> asker_;
  std::thread server_;
};

} // namespace

std::unique_ptr<stall_source> make_hanging_mount(const fs::path& folder) {
  if (::geteuid() != 0)
    throw std::runtime_error{"it needs root"};
  return std::make_unique<hanging_mount>(folder);
}

} // namespace pmactor
