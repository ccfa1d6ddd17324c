// An empty file system of its own on /dev/fuse. Stop the process and any call to the mount
// waits, as with a remote server that is gone; let it go on and they are answered.
//   fuse-mount FOLDER
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/fuse.h>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

constexpr std::size_t most = 128 << 10; ///< The kernel demands room for its largest request.

void answer(int device, const fuse_in_header& asked, int error, const void* body,
            std::size_t bytes) {
  fuse_out_header head{};
  head.unique = asked.unique;
  head.error = -error;
  head.len = static_cast<std::uint32_t>(sizeof head + bytes);
  const iovec parts[] = {{&head, sizeof head}, {const_cast<void*>(body), bytes}};
  static_cast<void>(!writev(device, parts, bytes > 0 ? 2 : 1));
}

fuse_attr root_attributes() {
  fuse_attr result{};
  result.ino = FUSE_ROOT_ID;
  result.mode = S_IFDIR | 0755;
  result.nlink = 2;
  return result;
}

void serve(int device, const fuse_in_header& asked, const char* body) {
  switch (asked.opcode) {
    case FUSE_INIT: {
      fuse_init_out out{};
      out.major = FUSE_KERNEL_VERSION;
      out.minor = std::min<std::uint32_t>(reinterpret_cast<const fuse_init_in*>(body)->minor,
                                          FUSE_KERNEL_MINOR_VERSION);
      out.max_write = 4096;
      return answer(device, asked, 0, &out, sizeof out);
    }
    case FUSE_GETATTR: {
      fuse_attr_out out{};
      out.attr = root_attributes();
      return answer(device, asked, 0, &out, sizeof out);
    }
    case FUSE_STATFS: {
      fuse_statfs_out out{};
      out.st.bsize = out.st.frsize = 4096;
      out.st.blocks = out.st.bfree = out.st.bavail = 1000;
      out.st.namelen = 255;
      return answer(device, asked, 0, &out, sizeof out);
    }
    case FUSE_OPENDIR: {
      const fuse_open_out out{};
      return answer(device, asked, 0, &out, sizeof out);
    }
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

} // namespace

int main(int count, char** arguments) {
  const int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (count < 2 || device < 0) {
    std::perror("fuse-mount: /dev/fuse");
    return 1;
  }
  const auto options =
    "fd=" + std::to_string(device) + ",rootmode=40000,user_id=0,group_id=0,allow_other";
  if (mount("lab", arguments[1], "fuse.lab", MS_NOSUID | MS_NODEV, options.c_str()) != 0) {
    std::perror("fuse-mount: mount");
    return 1;
  }
  alignas(8) static char request[most];
  while (true) {
    const auto length = read(device, request, sizeof request);
    if (length < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN))
      continue;
    if (length < static_cast<ssize_t>(sizeof(fuse_in_header)))
      return 0; // unmounted
    fuse_in_header asked;
    std::memcpy(&asked, request, sizeof asked);
    serve(device, asked, request + sizeof asked);
  }
}
