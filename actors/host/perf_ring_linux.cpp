#include "actors/host/perf_ring_linux.hpp"

#include "actors/host/read_clock.hpp"
#include "messages/check.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

/// No record is longer.
constexpr std::size_t longest_record = 256;

/// Of any ring that is overwritten, on the awake clock.
perf_event_attr ring_attributes() {
  perf_event_attr x{};
  x.size = sizeof x;
  x.sample_type = PERF_SAMPLE_TIME;
  x.sample_id_all = 1;
  x.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  x.use_clockid = 1;
  x.clockid = CLOCK_MONOTONIC;
  x.write_backward = 1;
  x.watermark = 1; // to be woken once a ring at most, and nothing waits for that
  x.wakeup_watermark = 1U << 31;
  return x;
}

perf_event_attr switch_attributes(bool of_cpu) {
  auto x = ring_attributes();
  x.type = PERF_TYPE_SOFTWARE;
  x.config = PERF_COUNT_SW_DUMMY;
  x.exclude_kernel = 1; // counts nothing anyway, and asks for no right
  x.exclude_hv = 1;
  x.context_switch = 1;
  if (of_cpu)
    x.sample_type |= PERF_SAMPLE_TID;
  x.comm = of_cpu ? 1 : 0; // names and parents of what may have ended when it is asked for
  x.task = of_cpu ? 1 : 0;
  return x;
}

/// The kernel's own work is sampled as well, and idle time: else a gap would be either.
perf_event_attr clock_attributes(std::chrono::nanoseconds period) {
  auto x = ring_attributes();
  x.type = PERF_TYPE_SOFTWARE;
  x.config = PERF_COUNT_SW_CPU_CLOCK;
  x.sample_period = static_cast<std::uint64_t>(period.count());
  x.sample_type |= PERF_SAMPLE_TID;
  x.comm = 1; // the event of the switches, which is off meanwhile, records none
  x.task = 1;
  x.disabled = 1;
  return x;
}

perf_event_attr tracepoint_attributes(std::uint64_t id) {
  auto x = ring_attributes();
  x.type = PERF_TYPE_TRACEPOINT;
  x.config = id;
  x.sample_type |= PERF_SAMPLE_TID | PERF_SAMPLE_RAW;
  x.sample_period = 1; // each one
  return x;
}

owned_descriptor open_event(perf_event_attr x, std::optional<std::uint32_t> cpu) {
  const auto pid = cpu ? -1 : 0;
  const auto on = cpu ? static_cast<int>(*cpu) : -1;
  owned_descriptor fd{
    static_cast<int>(::syscall(SYS_perf_event_open, &x, pid, on, -1, PERF_FLAG_FD_CLOEXEC))};
  if (fd.get() < 0)
    throw std::system_error{errno, std::generic_category(), "perf_event_open"};
  return fd;
}

void order(const owned_descriptor& fd, unsigned long what, const char* name, int argument = 0) {
  if (::ioctl(fd.get(), what, argument) != 0)
    throw std::system_error{errno, std::generic_category(), name};
}

/// @returns for how long this event has recorded in all; absent if it has no answer.
std::optional<std::chrono::nanoseconds> running_time(const owned_descriptor& fd) {
  struct {
    std::uint64_t value, enabled, running;
  } count{};
  if (::read(fd.get(), &count, sizeof count) != static_cast<ssize_t>(sizeof count))
    return std::nullopt;
  return std::chrono::nanoseconds{count.running};
}

std::uint64_t head_of(const void* mapping) {
  const auto* page = static_cast<const perf_event_mmap_page*>(mapping);
  return __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
}

} // namespace

std::size_t page_size() {
  return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

perf_ring::perf_ring(owned_descriptor fd, std::size_t size) : fd_{std::move(fd)}, size_{size} {
  // Without the right to write: that is what has the kernel overwrite.
  auto* mapping = ::mmap(nullptr, size + page_size(), PROT_READ, MAP_SHARED, fd_.get(), 0);
  if (mapping == MAP_FAILED)
    throw ring_memory_refused{errno, std::generic_category(), "mmap of a perf ring"};
  mapping_ = mapping;
  asked_ = read_clock(awake_clock);
}

perf_ring::perf_ring(std::optional<std::uint32_t> cpu, std::size_t size)
  : perf_ring{open_event(switch_attributes(cpu.has_value()), cpu), size} {
  cpu_ = cpu;
}

perf_ring::perf_ring(std::uint32_t cpu, std::size_t size, const std::vector<std::uint64_t>& tracepoints)
  : perf_ring{open_event(tracepoint_attributes(tracepoints.at(0)), cpu), size} {
  for (std::size_t i = 1; i < tracepoints.size(); ++i) {
    const auto& other = others_.emplace_back(open_event(tracepoint_attributes(tracepoints[i]), cpu));
    order(other, PERF_EVENT_IOC_SET_OUTPUT, "PERF_EVENT_IOC_SET_OUTPUT", fd_.get());
  }
}

perf_ring::perf_ring(perf_ring&& x) noexcept
  : fd_{std::move(x.fd_)}, others_{std::move(x.others_)}, cpu_{x.cpu_}, clock_{std::move(x.clock_)}, mapping_{std::exchange(x.mapping_, nullptr)},
    size_{x.size_}, asked_{x.asked_}, running_{x.running_} {
}

perf_ring& perf_ring::operator=(perf_ring&& x) noexcept {
  std::swap(fd_, x.fd_);
  std::swap(others_, x.others_);
  std::swap(cpu_, x.cpu_);
  std::swap(clock_, x.clock_);
  std::swap(mapping_, x.mapping_);
  std::swap(size_, x.size_);
  std::swap(asked_, x.asked_);
  std::swap(running_, x.running_);
  return *this;
}

perf_ring::~perf_ring() {
  if (mapping_ != nullptr)
    ::munmap(mapping_, size_ + page_size());
}

bool perf_ring::is_recording() {
  const auto now = read_clock(awake_clock);
  const auto own = running_time(fd_);
  if (!own)
    return false;
  // Only one of the two is on at a time.
  const auto running = *own + (clock_.get() < 0 ? std::nullopt : running_time(clock_)).value_or(std::chrono::nanoseconds{});
  const auto passed = now - std::exchange(asked_, now), ran = running - std::exchange(running_, running);
  return ran >= passed / 2;
}

void perf_ring::sample(std::chrono::nanoseconds period) {
  PMACTOR_CHECK(cpu_.has_value()); // else the samples would be of the calling thread, and be read as a CPU's
  if (clock_.get() < 0) {
    auto clock = open_event(clock_attributes(period), cpu_);
    order(clock, PERF_EVENT_IOC_SET_OUTPUT, "PERF_EVENT_IOC_SET_OUTPUT", fd_.get());
    clock_ = std::move(clock);
  }
  // Never both at a time: a sample among the records of each switch would say less than they do.
  order(fd_, PERF_EVENT_IOC_DISABLE, "PERF_EVENT_IOC_DISABLE");
  if (::ioctl(clock_.get(), PERF_EVENT_IOC_ENABLE, 0) != 0) {
    const auto problem = errno;
    ::ioctl(fd_.get(), PERF_EVENT_IOC_ENABLE, 0);
    throw std::system_error{problem, std::generic_category(), "PERF_EVENT_IOC_ENABLE"};
  }
}

void perf_ring::record_each() {
  if (clock_.get() >= 0)
    ::ioctl(clock_.get(), PERF_EVENT_IOC_DISABLE, 0);
  ::ioctl(fd_.get(), PERF_EVENT_IOC_ENABLE, 0);
}

std::uint64_t perf_ring::written() const {
  return -head_of(mapping_);
}

bool perf_ring::has_wrapped() const {
  return written() > size_;
}

std::size_t perf_ring::copy(std::byte* to) const {
  const auto* data = static_cast<const std::byte*>(mapping_) + page_size();
  // It is written from its end towards its begin: the newest record lies at the head, older ones
  // behind it.
  const auto head = head_of(mapping_);
  const auto begin = static_cast<std::size_t>(head & (size_ - 1));
  const auto filled = static_cast<std::size_t>(std::min<std::uint64_t>(-head, size_));
  const auto first = std::min(filled, size_ - begin);
  std::memcpy(to, data + begin, first);
  std::memcpy(to + first, data, filled - first);
  // What came meanwhile has overwritten the oldest, and one record may be on its way.
  const auto written = head - head_of(mapping_);
  const auto free = size_ - filled;
  const auto overwritten = written == 0 && free > 0 ? 0 : written + longest_record;
  return overwritten <= free
           ? filled
           : static_cast<std::size_t>(std::max<std::uint64_t>(size_, overwritten) - overwritten);
}

} // namespace pmactor
