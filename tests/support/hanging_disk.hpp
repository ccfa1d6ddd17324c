// A file system of this test's own (FUSE, without its library) with one file, `program`, which can be made to
// answer no more, as a disk or a file server does that has gone. Only this thread and what it starts from then on see
// it, by a mount namespace of their own: other daemons of this machine, which watch all mounts, are not held up.
#pragma once

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <linux/fuse.h>
#include <optional>
#include <poll.h>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace pmactor {

class hanging_disk {
public:
  /// @param program what its file holds.
  explicit hanging_disk(std::filesystem::path where, const std::filesystem::path& program)
    : where_(std::move(where)) {
    std::ifstream in{program, std::ios::binary};
    content_.assign(std::istreambuf_iterator<char>{in}, {});
    std::filesystem::create_directories(where_);
    fuse_ = ::open("/dev/fuse", O_RDWR | O_CLOEXEC);
    const auto options
      = "fd=" + std::to_string(fuse_) + ",rootmode=40000,user_id=0,group_id=0,allow_other";
    if (fuse_ < 0 || ::unshare(CLONE_NEWNS) != 0
        || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0
        || ::mount("pmactor-test", where_.c_str(), "fuse", MS_NODEV, options.c_str()) != 0) {
      obstacle_ = std::string{"no FUSE for this user: "} + std::strerror(errno);
      return;
    }
    server_ = std::thread{[this] { serve(); }};
  }
  ~hanging_disk() {
    reads_ = true;
    // A call that waits for an answer gets an error when the mount goes.
    if (server_.joinable()) {
      (void)::umount2(where_.c_str(), MNT_FORCE);
      (void)::umount2(where_.c_str(), MNT_DETACH);
      server_.join();
    }
    if (fuse_ >= 0)
      ::close(fuse_);
  }
  hanging_disk(const hanging_disk&) = delete;
  hanging_disk& operator=(const hanging_disk&) = delete;

  /// Why there is none here; empty if there is.
  const std::string& obstacle() const {
    return obstacle_;
  }
  std::string program() const {
    return (where_ / "program").string();
  }
  /// From now on what was read of its file stays in memory when it is opened again, as with a network share.
  void keep_pages() {
    keeps_pages_ = true;
  }
  /// From now on it does not answer.
  void hang() {
    hangs_ = true;
  }
  /// Nor does it say how large it is.
  void hang_at_statfs() {
    statfs_hangs_ = true;
  }
  /// How many asked for its size in vain.
  int sizes_asked() const {
    return sizes_asked_;
  }
  /// From now on it does not even take requests: a thread that waits can be ended by a signal, as nothing works on it.
  void take_nothing() {
    reads_ = false;
  }
  /// Whether a request waits in vain.
  bool is_asked() const {
    return unanswered_ > 0;
  }

private:
  template <class Reply>
  void answer(std::uint64_t request, const Reply& body) {
    send(request, 0, &body, sizeof body);
  }

  void send(std::uint64_t request, int problem, const void* body, std::size_t size) {
    std::vector<char> bytes(sizeof(fuse_out_header) + size);
    const fuse_out_header head{static_cast<std::uint32_t>(bytes.size()), -problem, request};
    std::memcpy(bytes.data(), &head, sizeof head);
    if (size > 0)
      std::memcpy(bytes.data() + sizeof head, body, size);
    (void)!::write(fuse_, bytes.data(), bytes.size());
  }

  fuse_attr attributes(std::uint64_t node) const {
    fuse_attr result{};
    result.ino = node;
    result.mode = node == 1 ? S_IFDIR | 0755 : S_IFREG | 0755;
    result.nlink = 1;
    result.size = node == 1 ? 0 : content_.size();
    result.blksize = 4096;
    return result;
  }

  void serve() {
    std::vector<char> room(1u << 20);
    for (;;) {
      pollfd any{fuse_, POLLIN, 0};
      if (!reads_ || ::poll(&any, 1, 20) == 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(reads_ ? 0 : 20));
        continue;
      }
      const auto count = ::read(fuse_, room.data(), room.size());
      if (count < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN))
        continue;
      if (count < static_cast<ssize_t>(sizeof(fuse_in_header)))
        return; // unmounted
      fuse_in_header head{};
      std::memcpy(&head, room.data(), sizeof head);
      const auto* body = room.data() + sizeof head;
      const bool may_hang
        = head.opcode == FUSE_LOOKUP || head.opcode == FUSE_OPEN || head.opcode == FUSE_READ;
      if (statfs_hangs_ && head.opcode == FUSE_STATFS)
        ++sizes_asked_;
      else if (hangs_ && may_hang)
        ++unanswered_;
      else
        handle(head, body);
    }
  }

  void handle(const fuse_in_header& head, const char* body) {
    switch (head.opcode) {
      case FUSE_INIT: {
        fuse_init_in in{};
        std::memcpy(&in, body, sizeof in.major + sizeof in.minor + sizeof in.max_readahead);
        fuse_init_out out{};
        out.major = 7;
        out.minor = 31;
        out.max_readahead = in.max_readahead;
        out.max_write = 65536;
        return answer(head.unique, out);
      }
      case FUSE_GETATTR: {
        fuse_attr_out out{};
        out.attr = attributes(head.nodeid);
        return answer(head.unique, out);
      }
      case FUSE_LOOKUP: { // nothing is cached, so that each exec() asks anew
        if (std::strcmp(body, "program") != 0)
          return send(head.unique, ENOENT, nullptr, 0);
        fuse_entry_out out{};
        out.nodeid = 2;
        out.attr = attributes(2);
        return answer(head.unique, out);
      }
      case FUSE_OPEN:
      case FUSE_OPENDIR: {
        fuse_open_out out{};
        out.open_flags = keeps_pages_ ? FOPEN_KEEP_CACHE : 0;
        return answer(head.unique, out);
      }
      case FUSE_READ: {
        fuse_read_in in{};
        std::memcpy(&in, body, sizeof in);
        const auto from = std::min<std::size_t>(in.offset, content_.size());
        return send(head.unique, 0, content_.data() + from,
                    std::min<std::size_t>(in.size, content_.size() - from));
      }
      case FUSE_FORGET:
      case FUSE_BATCH_FORGET:
      case FUSE_INTERRUPT:
        return;
      case FUSE_RELEASE:
      case FUSE_RELEASEDIR:
      case FUSE_FLUSH:
      case FUSE_ACCESS:
        return send(head.unique, 0, nullptr, 0);
      default:
        return send(head.unique, ENOSYS, nullptr, 0);
    }
  }

  std::filesystem::path where_;
  std::string content_, obstacle_;
  int fuse_ = -1;
  std::atomic<bool> hangs_{false}, statfs_hangs_{false}, reads_{true}, keeps_pages_{false};
  std::atomic<int> unanswered_{0}, sizes_asked_{0};
  std::thread server_;
};

} // namespace pmactor
