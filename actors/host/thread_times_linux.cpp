#include "actors/host/thread_times.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_process.hpp"

#include <array>

namespace pmactor {

std::optional<thread_times> own_thread_times() {
  // Of the thread that opens it, whichever thread reads it; closed when that thread ends.
  thread_local const kept_file file{"/proc/thread-self/schedstat"};
  std::array<char, 96> room; // NOLINT: read() fills what it returns
  const auto x = parse_schedstat(file.read(room));
  if (!x)
    return std::nullopt;
  return thread_times{std::chrono::nanoseconds{x->run_ns}, std::chrono::nanoseconds{x->wait_ns}};
}

} // namespace pmactor
