#include "app/witness/run_queue_clock.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_process.hpp"

#include <array>
#include <string>

namespace pmactor {
namespace {

std::optional<std::chrono::nanoseconds> read_wait(const kept_file& schedstat) {
  std::array<char, 128> room; // NOLINT: read() fills what it returns
  const auto x = parse_schedstat(schedstat.read(room));
  return x ? std::optional{std::chrono::nanoseconds{x->wait_ns}} : std::nullopt;
}

} // namespace

struct run_queue_clock::source {
  kept_file schedule{"/proc/thread-self/schedstat"}; // of the thread that opens it
};

run_queue_clock::run_queue_clock() : source_{std::make_unique<source>()} {
}

run_queue_clock::~run_queue_clock() = default;

std::optional<std::chrono::nanoseconds> run_queue_clock::read() const {
  return read_wait(source_->schedule);
}

std::optional<std::chrono::nanoseconds> run_queue_wait_of(std::int64_t process) {
  return read_wait(kept_file{"/proc/" + std::to_string(process) + "/schedstat"});
}

} // namespace pmactor
