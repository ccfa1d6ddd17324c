// Runs a tool that prints a log of programs: journalctl, pmset.
#pragma once

#include "actors/host/run_process.hpp"

#include <chrono>
#include <functional>
#include <string_view>

namespace pmactor {

/// Waits until the tool ends, at *limit* at the latest: for a thread that may wait. Where there is no process to be
/// had it does nothing; its reader asks again later anyway.
/// @param order its environment and rank are set here: all others go first. @param each gets every whole line, cut
/// at 2048 bytes. Foreign bytes.
void run_log_tool(process_order order, std::chrono::nanoseconds limit, cancellation& cancel,
                  const std::function<void(std::string_view)>& each);

} // namespace pmactor
