#include "app/selftest/stall_source.hpp"

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/run_process.hpp"
#include "actors/host/start_process.hpp"
#include "app/selftest/cleanup_guard_linux.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

constexpr off_t image_bytes = 32 << 20; // sparse; the least that ext4 is made in without complaints

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + " (" + std::strerror(errno) + ')');
}

void make_file_system(const std::string& image) {
  const owned_descriptor file{::open(image.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (file.get() < 0 || ::ftruncate(file.get(), image_bytes) != 0)
    fail("its image cannot be made");
  process_order order;
  order.command = {"mkfs.ext4", "-q", "-F", image};
  order.path = program_path() + ":/usr/sbin:/sbin";
  order.environment = own_environment();
  cancellation never;
  const auto end = run_process(order, {}, never);
  if (end.what == process_exit::how::not_started)
    throw std::runtime_error("mkfs.ext4 of the package e2fsprogs is missing");
  if (end.what != process_exit::how::exited || end.number != 0)
    throw std::runtime_error("mkfs.ext4 failed");
}

/// @returns the path of a loop device over the image, which goes with its last user.
std::string attach_loop(const std::string& image, owned_descriptor& device) {
  const owned_descriptor control{::open("/dev/loop-control", O_RDWR | O_CLOEXEC)};
  if (control.get() < 0)
    fail("there is no loop device");
  const owned_descriptor file{::open(image.c_str(), O_RDWR | O_CLOEXEC)};
  constexpr int attempts = 8; // another one may take the free one
  for (int i = 0; i < attempts; ++i) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0)
      break;
    const auto path = "/dev/loop" + std::to_string(number);
    device = owned_descriptor{::open(path.c_str(), O_RDWR | O_CLOEXEC)};
    if (device.get() < 0 || ::ioctl(device.get(), LOOP_SET_FD, file.get()) != 0)
      continue;
    loop_info64 info{};
    info.lo_flags = LO_FLAGS_AUTOCLEAR;
    if (::ioctl(device.get(), LOOP_SET_STATUS64, &info) == 0)
      return path;
    ::ioctl(device.get(), LOOP_CLR_FD, 0);
  }
  fail("no loop device could be set up");
}

/// A small ext4 in a file of its own, to which a program writes.
class frozen_disk final : public stall_source {
public:
  explicit frozen_disk(const fs::path& folder) : place_{folder / "frozen"} {
    const std::string image = folder / "frozen.img";
    make_file_system(image);
    owned_descriptor device;
    const auto loop = attach_loop(image, device);
    fs::create_directory(place_);
    // A process that asks for all disks to be written would wait for a frozen one for ever.
    guard_ = std::make_unique<cleanup_guard>("fsfreeze --unfreeze \"$1\"; umount -l \"$1\"", place_);
    if (::mount(loop.c_str(), place_.c_str(), "ext4", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0)
      fail("it cannot be mounted");
    root_ = owned_descriptor{::open(place_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    process_order order;
    order.command = {"/bin/sh", "-c", "while :; do echo x >>written; sleep 0.05; done"};
    order.environment = own_environment();
    order.folder = place_;
    order.ends_with_us = true;
    try {
      writer_ = std::make_unique<running_process>(order);
    } catch (...) {
      undo();
      throw;
    }
  }
  ~frozen_disk() override {
    undo();
  }

  void hold(bool held) override {
    ::ioctl(root_.get(), held ? FIFREEZE : FITHAW, 0);
  }

private:
  void undo() {
    if (root_.get() >= 0)
      ::ioctl(root_.get(), FITHAW, 0);
    if (writer_) {
      writer_->signal(SIGKILL);
      writer_->wait();
    }
    root_.reset();
    ::umount2(place_.c_str(), MNT_DETACH);
  }

  std::string place_;
  owned_descriptor root_;
  std::unique_ptr<cleanup_guard> guard_;
  std::unique_ptr<running_process> writer_;
};

} // namespace

std::unique_ptr<stall_source> make_frozen_disk(const fs::path& folder) {
  if (::geteuid() != 0)
    throw std::runtime_error{"it needs root"};
  return std::make_unique<frozen_disk>(folder);
}

} // namespace pmactor
