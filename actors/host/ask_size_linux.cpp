#include "actors/host/ask_size.hpp"

#include "actors/host/name_thread.hpp"
#include "actors/host/owned_pipe.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/host/start_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdint>
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

/// How far the process has come.
enum class progress : std::uint8_t { not_begun, asks, waits_for_earlier, is_answered };

/// What comes through the pipe; shorter than what a pipe writes at once.
struct reply {
  progress now = progress::is_answered;
  int error = 0;
  file_system_size size;
};

/// What the process is to do.
struct question {
  const char* where;
  bool has_lock; ///< Its descriptor 3.
};

/// Safe after a fork.
reply ask(const char* where) {
  struct statvfs facts {};
  if (::statvfs(where, &facts) != 0)
    return {progress::is_answered, errno, {}};
  const auto block = static_cast<std::uint64_t>(facts.f_frsize);
  return {progress::is_answered, 0,
          {facts.f_blocks * block, facts.f_bfree * block, facts.f_bavail * block, facts.f_files, facts.f_ffree}};
}

std::string in_words(int error) {
  return std::generic_category().message(error);
}

size_answer answer_of(const reply& x) {
  return x.error == 0 ? size_answer{x.size, {}, false} : size_answer{std::nullopt, in_words(x.error), false};
}

size_answer silence(progress so_far) {
  return {std::nullopt,
          so_far == progress::not_begun           ? "The process that asks it was not let run in time."
          : so_far == progress::waits_for_earlier ? "It has not answered an earlier question yet."
                                                  : "It did not answer.",
          true};
}

// ---- in a copy of this process: only what is safe after a fork of a program with threads

/// To its descriptor 1.
void report(const reply& x) {
  (void)!::write(1, &x, sizeof x);
}

void answer(const void* about) {
  const auto& what = *static_cast<const question*>(about);
  name_thread(asker_name);
  report({progress::asks, 0, {}}); // before it takes the lock, which is to be held for no more than the question
  question_lock lock{owned_descriptor{what.has_lock ? 3 : -1}};
  if (!lock.try_take()) {
    report({progress::waits_for_earlier, 0, {}});
    lock.take();
    report({progress::asks, 0, {}});
  }
  const auto said = ask(what.where);
  lock.give_back();
  report(said);
}

} // namespace

size_answer size_of(const char* where) {
  return answer_of(ask(where));
}

size_answer ask_size(const std::string& where, const question_lock& lock, std::chrono::nanoseconds patience,
                     const std::function<bool()>& is_over) {
  const auto until = read_clock(awake_clock) + patience;
  auto pipe = open_pipe();
  const question what{where.c_str(), lock.descriptor() >= 0};
  process_order order;
  order.work = answer;
  order.about = &what;
  order.out = pipe.write.get();
  order.fourth = lock.descriptor(); // one that cannot be ended keeps the lock, and neither us nor our end
  order.alarm = longest_life;
  running_process process{order};
  pipe.write.reset(); // so that the end of the process is the end of the pipe
  pollfd any{pipe.read.get(), POLLIN, 0};
  reply said{progress::not_begun, 0, {}};
  while (said.now != progress::is_answered) {
    reply next;
    if (::poll(&any, 1, static_cast<int>(step / 1ms)) > 0) {
      if (::read(pipe.read.get(), &next, sizeof next) != sizeof next)
        return silence(said.now); // the process was ended
      said = next;
    } else if (read_clock(awake_clock) >= until || is_over()) {
      return silence(said.now);
    }
  }
  process.signal(SIGKILL); // it has answered, and ends by force also where it is stopped
  process.wait();
  return answer_of(said);
}

} // namespace pmactor
