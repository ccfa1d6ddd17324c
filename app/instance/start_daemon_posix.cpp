#include "actors/host/owned_pipe.hpp"
#include "actors/host/own_program.hpp"
#include "actors/host/start_process.hpp"
#include "actors/supervision/map_health_page.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/places.hpp"
#include "app/instance/readiness.hpp"
#include "app/instance/start_daemon.hpp"
#include "messages/trimmed.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

constexpr int ready_fd = 3;               ///< In the child: process_order::fourth.
constexpr std::size_t most_words = 16384; ///< Of what the child says when it fails.

/// @returns what runs `pmactor run`, which is our service manager's child as little as another's.
process_order order_for_run(const place_flags& where, const owned_pipe& ready, const owned_pipe& words) {
  process_order result;
  result.command = {own_program().string(), "run"};
  for (auto& x : where.arguments())
    result.command.push_back(std::move(x));
  result.environment = own_environment({ready_variable});
  result.environment.push_back(std::string{ready_variable} + '=' + std::to_string(ready_fd));
  result.err = words.write.get();
  result.fourth = ready.write.get();
  result.with = process_order::company::own_session;
  result.as_a = process_order::rank::ours;
  return result;
}

/// @returns false at the end of the pipe.
bool take_bytes(int fd, std::string& into) {
  std::array<char, 4096> room{};
  const auto n = ::read(fd, room.data(), room.size());
  if (n < 0)
    return errno == EINTR || errno == EAGAIN;
  if (into.size() < most_words)
    into.append(room.data(), std::min(static_cast<std::size_t>(n), most_words - into.size()));
  return n > 0;
}

std::string end_in_words(const process_exit& x) {
  switch (x.what) {
    case process_exit::how::not_started:
      return own_program().string() + ": " + std::generic_category().message(x.number);
    case process_exit::how::exited:
      return "it ended with exit code " + std::to_string(x.number) + " and said nothing";
    default:
      return std::string{"it was ended by a signal ("} + ::strsignal(x.number) + ") and said nothing";
  }
}

/// @returns what the health page has to say about it, to go behind a sentence; empty if nothing.
std::string what_holds_it_up(const places& where) {
  try {
    const auto page = open_health_page(find_health_page(where));
    const auto used = std::min<std::size_t>(page->slots_used.load(), health_page::max_slots);
    for (std::size_t i = 0; i < used; ++i)
      if (auto why = page->slots[i].degraded.as_it_is(); !why.empty()) {
        if (why.back() == '.')
          why.pop_back();
        return ": " + why;
      }
  } catch (const std::exception&) { // there is none yet
  }
  return {};
}

outcome runs_already(const daemon_verdict& verdict) {
  return {exit_fine,
          "pmactor runs already, as process " + std::to_string(verdict.daemon->pid)
            + "; nothing was changed.",
          verdict.daemon->pid};
}

} // namespace

outcome start_daemon(const place_flags& flags, std::chrono::milliseconds patience) {
  const auto where = flags.find();
  if (const auto found = find_daemon(where); found.presence == daemon_presence::running)
    return runs_already(found);
  else if (found.presence == daemon_presence::unknown)
    return {exit_failed, found.sentence + " Nothing was started.", {}};
  const auto until = std::chrono::steady_clock::now() + patience;
  auto ready = open_pipe(), words = open_pipe();
  running_process daemon{order_for_run(flags, ready, words)};
  const auto child = daemon.pid();
  ready.write.reset();
  words.write.reset();
  std::string signs, said;
  for (bool more_words = true;;) {
    const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    std::array<struct pollfd, 2> watched{
      {{ready.read.get(), POLLIN, 0}, {more_words ? words.read.get() : -1, POLLIN, 0}}};
    const auto n =
      ::poll(watched.data(), watched.size(), std::max(0, static_cast<int>(left.count())));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      daemon.release();
      return {exit_failed,
              "pmactor runs as process " + std::to_string(child) + ", but has stored no sample yet"
                + what_holds_it_up(where)
                + "; it goes on trying. `pmactor status` shows how it is.",
              child};
    }
    if (watched[1].revents != 0)
      more_words = take_bytes(words.read.get(), said);
    if (watched[0].revents == 0)
      continue;
    const bool open = take_bytes(ready.read.get(), signs);
    if (signs.find(ready_word) != std::string::npos) {
      daemon.release();
      return {exit_fine,
              "pmactor runs as process " + std::to_string(child) + "; its first sample is stored.",
              child};
    }
    if (!open)
      break;
  }
  // The child ended before it was ready. Whatever it had to say is in the pipe.
  while (take_bytes(words.read.get(), said))
    ;
  const auto end = daemon.wait();
  // Another one may have been quicker.
  if (const auto found = find_daemon(where); found.presence == daemon_presence::running)
    return runs_already(found);
  said = std::string{trimmed(said, " \n")};
  return {exit_failed,
          "pmactor could not be started: "
            + (said.empty() ? end_in_words(end) : said),
          {}};
}

} // namespace pmactor
