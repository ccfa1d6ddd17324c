#include "app/witness/witness_loop.hpp"

#include "actors/host/read_clock.hpp"
#include "app/witness/probe_actions.hpp"

#include <sys/resource.h>
#include <sys/sysctl.h>
#include <time.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// @returns whether the kernel calls memory scarce (2) or worse (4).
bool is_memory_scarce() {
  int level = 0;
  auto size = sizeof level;
  return ::sysctlbyname("kern.memorystatus_vm_pressure_level", &level, &size, nullptr, 0) == 0 && level > 1;
}

class macos_witness_loop final : public witness_loop {
public:
  explicit macos_witness_loop(witness_page& page)
    : witness_loop{page},
      memory_{claim_slot(page, stall_resource::memory, "", stall_sense::memory_use), touch_memory(), absent_},
      program_{claim_slot(page, stall_resource::program, "", stall_sense::spawn), start_program(), absent_} {
  }

private:
  void look(nanoseconds due, nanoseconds now) override {
    ++looks_;
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    note_timer(due, now, static_cast<std::uint64_t>(usage.ru_majflt), nanoseconds{});
    const bool scarce = is_memory_scarce();
    if (scarce)
      memory_.ask();
    if (looks_ % (scarce ? program_when_busy : program_every) == 0)
      program_.ask();
  }

  witness_probe memory_, program_;
  std::uint64_t looks_ = 0;
};

} // namespace

std::unique_ptr<witness_loop> make_witness_loop(witness_page& page, const std::string&) {
  return std::make_unique<macos_witness_loop>(page);
}

void sleep_until(nanoseconds due) {
  for (auto left = due - read_clock(awake_clock); left > nanoseconds{}; left = due - read_clock(awake_clock)) {
    const timespec span{static_cast<time_t>(left / 1s), static_cast<long>((left % 1s).count())};
    ::nanosleep(&span, nullptr);
  }
}

} // namespace pmactor
