#include "app/witness/probe_actions_linux.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/look_around_linux.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/question_lock.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <linux/fs.h>
#include <memory>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t page_bytes = 4096;

} // namespace

std::function<bool()> read_disk(std::string_view name, std::string questions) {
  struct reader {
    std::string path, thing, questions;
    owned_descriptor device;
    std::uint64_t blocks = 0, next = 0;
    std::unique_ptr<void, decltype(&std::free)> room{nullptr, &std::free};
  };
  auto mine = std::make_shared<reader>();
  mine->path = "/dev/" + std::string{name};
  mine->thing = "disk " + std::string{name};
  mine->questions = std::move(questions);
  return [mine] {
    auto& r = *mine;
    question_lock lock{r.questions, r.thing};
    lock.take();
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
    lock.give_back();
    return true;
  };
}

std::optional<std::uint64_t> fuse_requests(std::uint64_t device) {
  std::array<char, 32> room{};
  auto text = kept_file{"/sys/fs/fuse/connections/" + std::to_string(device) + "/waiting"}.read(room);
  std::uint64_t result = 0;
  return take_number(text, result) ? std::optional{result} : std::nullopt;
}

} // namespace pmactor
