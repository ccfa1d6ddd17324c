#include "actors/forensics_supervisor/run_tool_posix.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <system_error>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t longest_words = 4096;

process_order order_for(const std::vector<std::string>& command, std::uint64_t most_bytes,
                        std::chrono::nanoseconds longest) {
  process_order result;
  result.command = command;
  // Nothing of the daemon's own environment goes to a tool but where its programs are.
  result.environment = {"PATH=/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8", "TZ=UTC"};
  result.as_a = process_order::rank::yielding;
  result.ends_with_us = true;
  result.alarm = std::chrono::ceil<std::chrono::seconds>(longest);
  result.most_file_bytes = most_bytes;
  result.leaves_core = false;
  return result;
}

/// @throws what *output* threw.
void take_over(const run_end& end, tool_end& result) {
  using how = process_exit::how;
  result.started = end.what != how::not_started;
  result.exit_code = end.what == how::exited ? end.number : -1;
  result.signal = end.what == how::killed ? end.number : 0;
  result.unfinished = end.what == how::left_behind;
  result.cpu = end.cpu;
  if (end.what == how::not_started && !end.cancelled)
    result.problem = "It could not be started: " + std::generic_category().message(end.number) + '.';
  if (end.failure)
    std::rethrow_exception(end.failure);
}

} // namespace

tool_end run_tool(const std::vector<std::string>& command, std::uint64_t most_bytes,
                  std::chrono::nanoseconds longest, cancellation& cancel,
                  const std::function<void(std::string_view)>& output,
                  const std::function<std::uint64_t()>& grown) {
  tool_end result;
  std::vector<char> bytes(65536);
  std::array<char, 4096> words;
  std::uint64_t taken = 0;
  run_terms terms;
  terms.out.room = [&] { return std::span{bytes}; };
  terms.out.arrived = [&](std::size_t count) {
    const auto kept = std::min<std::uint64_t>(most_bytes - taken, count);
    taken += kept;
    result.cut = result.cut || kept < count;
    if (kept > 0)
      output({bytes.data(), static_cast<std::size_t>(kept)});
  };
  terms.err.room = [&] { return std::span{words}; };
  terms.err.arrived = [&](std::size_t count) {
    result.words.append(words.data(), count);
    if (result.words.size() > longest_words)
      result.words.erase(0, result.words.size() - longest_words);
  };
  terms.look_period = std::chrono::milliseconds{100};
  terms.looked = [&] {
    result.cut = result.cut || (grown && grown() > most_bytes);
    return !result.cut;
  };
  try {
    take_over(run_process(order_for(command, most_bytes, longest), std::move(terms), cancel), result);
  } catch (const std::exception& e) {
    result.problem = e.what();
  }
  return result;
}

} // namespace pmactor
