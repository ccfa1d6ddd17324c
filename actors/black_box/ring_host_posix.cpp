#include "actors/black_box/ring_host.hpp"

#include "actors/black_box/collect_traces.hpp"
#include "actors/black_box/compose_outage.hpp"
#include "actors/black_box/drive_list.hpp"
#include "actors/black_box/look_at_host.hpp"
#include "actors/black_box/read_ring.hpp"
#include "actors/host/expendable_thread.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/host/transfer_fully.hpp"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <fcntl.h>
#include <future>
#include <mutex>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

/// Records that wait while the disk does not answer. Newer ones push out the oldest.
constexpr std::size_t most_waiting = 16;

[[noreturn]] void fail(const std::string& tried, const std::filesystem::path& file) {
  throw std::runtime_error("Cannot " + tried + " the black box " + file.string() + ": "
                           + std::generic_category().message(errno)
                           + ". Until it can, an end of this machine leaves no record.");
}

int make_durable(int fd) {
#ifdef __APPLE__
  return ::fcntl(fd, F_FULLFSYNC);
#else
  return ::fdatasync(fd); // the file has all its blocks: there is nothing else to be written
#endif
}

/// The file, open for writing in place.
class ring_file {
public:
  /// @throws std::runtime_error, one sentence.
  explicit ring_file(const std::filesystem::path& path)
    : path_(path),
      fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)) {
    struct stat found {};
    if (fd_.get() < 0 || ::fstat(fd_.get(), &found) != 0)
      fail("open", path_);
    if (!S_ISREG(found.st_mode)) {
      errno = EINVAL;
      fail("use what is in the place of", path_);
    }
    content_.resize(box_bytes);
    const auto [size, error] = read_fully(fd_.get(), content_.data(), content_.size(), 0);
    if (error != 0) {
      errno = error;
      fail("read", path_);
    }
    if (size == 0)
      keep_in_place(fd_.get());
    // Blocks that are only promised to a file are written to with a second write, of where they
    // are.
    if (size < box_bytes
        && (!write_fully(fd_.get(), std::string_view{content_}.substr(size), static_cast<off_t>(size))
            || ::fsync(fd_.get()) != 0))
      fail("make room for", path_);
    drop_cached(fd_.get());
  }

  /// As it was when it was opened; given away.
  std::string take_content() {
    return std::move(content_);
  }
  void write(std::uint64_t sequence, std::string_view slot) const {
    if (!write_fully(fd_.get(), slot, static_cast<off_t>(place_of(sequence)))
        || make_durable(fd_.get()) != 0)
      fail("write to", path_);
  }

private:
  std::filesystem::path path_;
  owned_descriptor fd_;
  std::string content_;
};

/// What the threads share with their owner; the last of them frees it.
struct ring_desk {
  std::mutex mutex;
  std::condition_variable news;
  std::shared_ptr<const box_opening> opening;
  std::deque<box_record> waiting;
  box_writing how;
  bool is_over = false;      ///< What waits is still written.
  bool is_discarded = false; ///< The file has to go.
  std::size_t in_hand = 0;
  power_look power; ///< As it was half a minute ago at most, while the disk answers.
  std::optional<box_record> last; ///< That was handed over.
};

/// @returns what the run before and its end come to.
box_opening judge(const ring_setup& setup, box_ring ring, const box_record& self) {
  box_opening result;
  result.self = self;
  if (ring.records.empty())
    return result;
  auto& records = ring.records;
  start_traces traces;
  traces.now = self.at;
  traces.run = self.run;
  traces.version = self.version;
  traces.program = self.program;
  traces.hypervisor = setup.hypervisor;
  traces.daemon = setup.left_behind;
  traces.drives = self.drives;
  collect_traces(traces, records.back());
  // Memory may have taken what the disk did not any more.
  if (traces.kept_record && traces.kept_record->at.awake > records.back().at.awake)
    records.push_back(*traces.kept_record);
  const auto verdict = decide_outage(records.back(), traces);
  result.outage = compose_outage(verdict, records, traces, setup.policy);
  result.is_mishap = is_mishap(verdict.cause);
  result.is_length_known = verdict.is_length_known;
  if (!verdict.stayed_up)
    result.last = records.back();
  for (const auto& x : records.back().debts)
    result.debts.push_back(event_of(x));
  return result;
}

/// @returns what was noted in this boot by a process that may ask the drives.
std::vector<drive_counters> noted_drives(const ring_setup& setup, const std::string& boot_id) {
  const owned_descriptor file{
    ::open(setup.drives.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  std::array<char, 4096> bytes{};
  const auto count = file.get() < 0 ? -1 : ::read(file.get(), bytes.data(), bytes.size());
  if (count <= 0)
    return {};
  return parse_drive_list({bytes.data(), static_cast<std::size_t>(count)}, boot_id);
}

box_record own_record(const ring_setup& setup) {
  const auto process = own_identity();
  box_record self;
  self.run = {process.pid, process.start, process.boot_id};
  self.version = setup.version;
  self.program = own_program_mark();
  self.at = read_clocks();
  self.drives = read_drive_counters();
  if (self.drives.empty())
    self.drives = noted_drives(setup, process.boot_id);
  return self;
}

/// The thread that reads the ring, then writes to it for good.
void tend_ring(const ring_setup& setup, ring_desk& desk, bool has_memory_copy) {
  std::optional<ring_file> file;
  std::uint64_t sequence = 0;
  box_opening opening;
  try {
    file.emplace(setup.file);
    auto ring = read_ring(file->take_content());
    sequence = ring.newest;
    opening = judge(setup, std::move(ring), own_record(setup));
  } catch (const std::exception& e) {
    opening.trouble = e.what();
  }
  opening.self.has_memory_copy = has_memory_copy;
  const bool is_usable = opening.trouble.empty();
  // The first record is written at once, so that even the shortest run is known to have been, and
  // with it what was found: from here on the records of the run before may be written over.
  auto first = opening.self;
  first.debts = debts_of(opening);
  power_looker power;
  std::chrono::nanoseconds asked = read_clocks().awake;
  std::uint64_t begun = 0; // writes
  const auto level = power.look();
  first.battery_pct = level.battery_pct;
  first.on_battery = level.on_battery;
  std::unique_lock lock{desk.mutex};
  desk.power = level;
  desk.opening = std::make_shared<const box_opening>(std::move(opening));
  if (is_usable && !desk.is_over && !desk.is_discarded) {
    desk.waiting.push_front(first);
    desk.last = first;
  }
  desk.news.notify_all();
  for (;;) {
    desk.news.wait(lock,
                   [&desk] { return desk.is_over || desk.is_discarded || !desk.waiting.empty(); });
    if (std::exchange(desk.is_discarded, false)) {
      file.reset();
      lock.unlock();
      ::unlink(setup.file.c_str());
      lock.lock();
      continue;
    }
    if (desk.waiting.empty() || !is_usable)
      return;
    // Here, as a battery takes its time to answer; in time, as its level changes by minutes.
    if (const auto now = read_clocks().awake; now - asked >= 30s) {
      asked = now;
      lock.unlock();
      const auto found = power.look();
      lock.lock();
      desk.power = found;
      continue;
    }
    auto record = std::move(desk.waiting.front());
    desk.waiting.pop_front();
    desk.in_hand = 1;
    desk.how.in_hand = ++begun;
    lock.unlock();
    std::string trouble;
    try {
      if (!file)
        file.emplace(setup.file);
      record.sequence = ++sequence;
      file->write(sequence, encode_record(record));
    } catch (const std::exception& e) {
      trouble = e.what();
    }
    lock.lock();
    desk.in_hand = 0;
    desk.how.in_hand = 0;
    desk.how.written += trouble.empty() ? 1 : 0;
    desk.how.trouble = trouble;
    desk.news.notify_all();
  }
}

class ring_on_disk : public ring_host {
public:
  explicit ring_on_disk(ring_setup setup)
    : setup_(std::make_shared<const ring_setup>(std::move(setup))),
      // Memory of the kernel's, not a disk's: it never lets a writer wait.
      memory_(::open(setup_->memory.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {
  }

  ~ring_on_disk() override {
    const std::lock_guard guard{desk_->mutex};
    desk_->is_over = true;
    desk_->news.notify_all();
  }

  void open() override {
    if (std::exchange(is_begun_, true))
      return;
    try {
      start_expendable("pm-box", [setup = setup_, desk = desk_, copies = memory_.get() >= 0] {
        tend_ring(*setup, *desk, copies);
      });
    } catch (const std::system_error& e) {
      const std::lock_guard guard{desk_->mutex};
      auto opening = std::make_shared<box_opening>();
      opening->trouble = std::string{"The black box has no thread: "} + e.what() + '.';
      desk_->opening = opening;
    }
  }

  std::shared_ptr<const box_opening> opened() override {
    const std::lock_guard guard{desk_->mutex};
    return desk_->opening;
  }

  box_look look() override {
    auto result = looker_.look();
    if (setup_->handlers)
      result.handlers = setup_->handlers();
    const std::lock_guard guard{desk_->mutex};
    result.battery_pct = desk_->power.battery_pct;
    result.on_battery = desk_->power.on_battery;
    return result;
  }

  void write(const box_record& x) override {
    copy_to_memory(x);
    const std::lock_guard guard{desk_->mutex};
    hand_over(x);
  }

  box_writing how() override {
    const std::lock_guard guard{desk_->mutex};
    return desk_->how;
  }

  void discard() override {
    {
      const std::lock_guard guard{desk_->mutex};
      desk_->waiting.clear();
      desk_->last.reset();
      desk_->is_discarded = is_begun_;
      desk_->news.notify_all();
    }
    if (is_begun_)
      return;
    try {
      start_expendable("pm-box", [setup = setup_] { ::unlink(setup->file.c_str()); });
    } catch (const std::system_error&) { // then it stays, and is judged one day
    }
  }

  void prepare_end() override {
    try {
      const auto course = std::make_shared<std::promise<box_course>>();
      course_ = course->get_future();
      start_expendable("pm-course", [course] { course->set_value(ask_course()); });
    } catch (const std::system_error&) {
      course_ = {};
    }
  }

  bool finish(box_end end, std::chrono::milliseconds patience) override {
    const auto until = std::chrono::steady_clock::now() + patience;
    if (course_.valid() && course_.wait_until(until) == std::future_status::ready)
      end.course = course_.get();
    std::unique_lock lock{desk_->mutex};
    if (!desk_->last)
      return false; // what was not recorded needs no end
    auto record = *desk_->last;
    if (record.end && end.course == box_course::unknown)
      end.course = record.end->course; // it is asked for once
    record.end = std::move(end);
    record.at = read_clocks();
    record.seconds.clear();
    copy_to_memory(record);
    hand_over(record);
    return desk_->news.wait_until(lock, until,
                                  [this] { return desk_->waiting.empty() && desk_->in_hand == 0; });
  }

private:
  /// @pre The desk is locked.
  void hand_over(const box_record& x) {
    auto& desk = *desk_;
    desk.last = x;
    desk.waiting.push_back(x);
    if (desk.waiting.size() > most_waiting) {
      desk.waiting.pop_front();
      ++desk.how.lost;
    }
    desk.news.notify_all();
  }

  void copy_to_memory(box_record x) {
    if (memory_.get() < 0)
      return;
    x.sequence = ++copies_; // its own count, as that of the disk is known to its thread alone
    const auto slot = encode_record(x);
    if (::write(memory_.get(), slot.data(), slot.size()) < 0)
      return; // it is a second place; the first says what is wrong
  }

  std::shared_ptr<const ring_setup> setup_;
  owned_descriptor memory_;
  std::shared_ptr<ring_desk> desk_ = std::make_shared<ring_desk>();
  host_looker looker_;
  std::future<box_course> course_;
  std::uint64_t copies_ = 0;
  bool is_begun_ = false;
};

} // namespace

std::shared_ptr<ring_host> make_ring_host(ring_setup setup) {
  return std::make_shared<ring_on_disk>(std::move(setup));
}

} // namespace pmactor
