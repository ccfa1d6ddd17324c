#include "actors/black_box/ask_tool.hpp"

#include "actors/host/run_process.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <span>
#include <utility>

namespace pmactor {

std::string ask_tool(const std::vector<std::string>& command) {
  constexpr std::size_t most = 64 << 10;
  constexpr std::chrono::seconds limit{5};
  std::string result;
  std::array<char, 8192> bytes{};
  process_order order;
  order.command = command;
  order.environment = {"PATH=/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8", "TZ=UTC"};
  order.as_a = process_order::rank::yielding;
  order.ends_with_us = true;
  order.leaves_core = false;
  run_terms terms;
  terms.limit = limit;
  terms.out.room = [&] { return std::span{bytes}; };
  terms.out.arrived = [&](std::size_t count) {
    result.append(bytes.data(), std::min(count, most - result.size()));
  };
  terms.err.room = [&] { return std::span{bytes}; };
  terms.err.arrived = [](std::size_t) {};
  try {
    cancellation cancel;
    const auto end = run_process(std::move(order), std::move(terms), cancel);
    if (end.what != process_exit::how::exited || end.number != 0)
      result.clear();
  } catch (const std::exception&) { // no process to be had: then it says nothing
    result.clear();
  }
  return result;
}

} // namespace pmactor
