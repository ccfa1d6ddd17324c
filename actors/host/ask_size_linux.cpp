#include "actors/host/ask_size.hpp"

#include "actors/host/name_thread.hpp"
#include "actors/host/owned_pipe.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/host/start_process.hpp"

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr auto step = 50ms; ///< Between two looks at whether it is over.
/// Of a process whose daemon was killed, where a signal can end it.
constexpr auto longest_life = 10s;

/// What comes through the pipe; shorter than what a pipe writes at once.
struct reply {
  int error = 0;
  file_system_size size;
};

/// Safe after a fork.
reply ask(const char* where) {
  struct statvfs facts {};
  if (::statvfs(where, &facts) != 0)
    return {errno, {}};
  const auto block = static_cast<std::uint64_t>(facts.f_frsize);
  return {0, {facts.f_blocks * block, facts.f_bfree * block, facts.f_bavail * block, facts.f_files, facts.f_ffree}};
}

std::string in_words(int error) {
  return std::generic_category().message(error);
}

size_answer answer_of(const reply& x) {
  return x.error == 0 ? size_answer{x.size, {}, false} : size_answer{std::nullopt, in_words(x.error), false};
}

size_answer silence(std::string how) {
  return {std::nullopt, std::move(how), true};
}

/// In a copy of this process, to its descriptor 1.
void answer(const void* where) {
  name_thread("pm-size");
  const auto said = ask(static_cast<const char*>(where));
  (void)!::write(1, &said, sizeof said);
}

} // namespace

size_answer size_of(const char* where) {
  return answer_of(ask(where));
}

size_answer ask_size(const std::string& where, question_lock lock, std::chrono::nanoseconds patience,
                     const std::function<bool()>& is_over) {
  const auto until = read_clock(awake_clock) + patience;
  const auto is_enough = [&] { return read_clock(awake_clock) >= until || is_over(); };
  while (!lock.try_take()) {
    if (is_enough())
      return silence("It has not answered an earlier question yet.");
    (void)::poll(nullptr, 0, static_cast<int>(step / 1ms));
  }
  auto pipe = open_pipe();
  process_order order;
  order.work = answer;
  order.about = where.c_str();
  order.out = pipe.write.get();
  order.fourth = lock.descriptor(); // one that cannot be ended keeps the lock, and neither us nor our end
  order.alarm = longest_life;
  running_process process{order};
  pipe.write.reset(); // so that the end of the process is the end of the pipe
  pollfd any{pipe.read.get(), POLLIN, 0};
  while (::poll(&any, 1, static_cast<int>(step / 1ms)) <= 0)
    if (is_enough())
      return silence("It did not answer.");
  reply said;
  if (::read(pipe.read.get(), &said, sizeof said) != sizeof said)
    return silence("It did not answer."); // the process was ended
  process.signal(SIGKILL); // it has answered, and ends by force also where somebody has stopped it
  process.wait();
  return answer_of(said);
}

} // namespace pmactor
