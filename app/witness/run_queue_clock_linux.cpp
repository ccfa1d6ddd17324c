#include "app/witness/run_queue_clock.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_numbers.hpp"

#include <array>
#include <cstdint>

namespace pmactor {

struct run_queue_clock::source {
  kept_file schedule{"/proc/thread-self/schedstat"}; // of the thread that opens it
};

run_queue_clock::run_queue_clock() : source_{std::make_unique<source>()} {
}

run_queue_clock::~run_queue_clock() = default;

std::optional<std::chrono::nanoseconds> run_queue_clock::read() const {
  std::array<char, 128> room{};
  auto text = source_->schedule.read(room);
  std::uint64_t ran = 0, waited = 0;
  if (!take_number(text, ran) || !take_number(text, waited))
    return std::nullopt;
  return std::chrono::nanoseconds{static_cast<std::int64_t>(waited)};
}

} // namespace pmactor
