#include "actors/notifier/run_command.hpp"

#include "actors/notifier/clean_text.hpp"
#include "messages/words.hpp"

#include <array>
#include <string_view>
#include <system_error>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t kept_output = 2000;
constexpr std::size_t longest_words = 160;
/// Of its output. A program that writes more is no longer read, and waits for its end.
constexpr std::size_t most_output = std::size_t{1} << 20;

/// @returns the last line with anything on it.
std::string last_line(std::string_view rest) {
  while (!rest.empty()) {
    const auto begin = rest.rfind('\n');
    auto line = clean_text(begin == rest.npos ? rest : rest.substr(begin + 1), longest_words);
    if (!line.empty())
      return line;
    rest = begin == rest.npos ? std::string_view{} : rest.substr(0, begin);
  }
  return {};
}

command_outcome::how how_of(const run_end& end) {
  using how = command_outcome::how;
  if (end.what == process_exit::how::not_started)
    return end.cancelled ? how::given_up : how::not_started;
  if (end.what == process_exit::how::exited && !end.timed_out)
    return how::ended;
  return end.cancelled ? how::given_up : end.timed_out ? how::timed_out : how::killed;
}

} // namespace

command_outcome run_command(const command_order& order, cancellation& cancel) {
  process_order program;
  program.command = order.command;
  program.path = order.path;
  program.environment = order.environment;
  program.with = process_order::company::own_session;
  program.as = order.as;
  std::array<char, 4096> bytes;
  std::string said;
  std::size_t taken = 0;
  run_terms terms;
  terms.input = order.input;
  terms.limit = order.limit;
  terms.grace = order.grace;
  terms.out.room = [&] { return taken < most_output ? std::span<char>{bytes} : std::span<char>{}; };
  terms.out.arrived = [&](std::size_t count) {
    taken += count;
    said.append(bytes.data(), count);
    if (said.size() > kept_output)
      said.erase(0, said.size() - kept_output);
  };
  command_outcome result;
  try {
    const auto end = run_process(std::move(program), std::move(terms), cancel);
    result.ended = how_of(end);
    result.number = end.number;
    result.took = end.took;
  } catch (const std::system_error& e) {
    result.ended = command_outcome::how::not_started;
    result.number = e.code().value();
  }
  result.last_words = last_line(said);
  return result;
}

std::string to_string(const command_outcome& x) {
  using how = command_outcome::how;
  const auto words = x.last_words.empty() ? "" : ": " + x.last_words;
  switch (x.ended) {
    case how::ended:
      return "ended with exit code " + std::to_string(x.number) + words;
    case how::killed:
      return "was ended by signal " + std::to_string(x.number) + words;
    case how::timed_out:
      return "took too long and was ended after " + to_words(x.took) + words;
    case how::not_started:
      return "could not be started: " + std::generic_category().message(x.number);
    case how::given_up:
      return "was ended with the daemon";
  }
  return {};
}

} // namespace pmactor
