#include "app/witness/run_queue_clock.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_numbers.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace pmactor {
namespace {

std::optional<std::chrono::nanoseconds> parse_waited(std::string_view schedstat) {
  std::uint64_t ran = 0, waited = 0;
  if (!take_number(schedstat, ran) || !take_number(schedstat, waited))
    return std::nullopt;
  return std::chrono::nanoseconds{static_cast<std::int64_t>(waited)};
}

} // namespace

struct run_queue_clock::source {
  kept_file schedule{"/proc/thread-self/schedstat"}; // of the thread that opens it
};

run_queue_clock::run_queue_clock() : source_{std::make_unique<source>()} {
}

run_queue_clock::~run_queue_clock() = default;

std::optional<std::chrono::nanoseconds> run_queue_clock::read() const {
  std::array<char, 128> room{};
  return parse_waited(source_->schedule.read(room));
}

std::optional<std::chrono::nanoseconds> run_queue_wait_of(std::int64_t process) {
  std::array<char, 128> room{};
  return parse_waited(kept_file{"/proc/" + std::to_string(process) + "/schedstat"}.read(room));
}

} // namespace pmactor
