// Asks a file system how full it is by a process of its own, which is left behind if there is no answer: a thread of
// ours that waited for one would keep us from ending for as long.
#pragma once

#include "actors/host/question_lock.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace pmactor {

/// The name of such a process. One that was left behind may have outlived its daemon and is then another's child: its
/// name is all by which later daemons know that it waits for no other program.
inline constexpr const char* asker_name = "pm-size";

struct file_system_size {
  std::uint64_t size = 0, free = 0, available = 0; ///< Bytes.
  std::uint64_t files = 0, files_free = 0;
};

struct size_answer {
  std::optional<file_system_size> size;
  std::string problem;    ///< Why there is none, as the kernel or we say it; empty if there is one.
  bool is_silent = false; ///< There was no answer in time.
};

/// Asks on the calling thread, which may hang in it for ever.
size_answer size_of(const char* where);

/// Waits for the answer, but not for longer than *patience*, or than until *is_over*. A process that was left behind
/// and cannot be ended by force ends with the answer.
/// @param lock of what is asked; an earlier question that is still open stands for this one. The process takes it, and
/// for the question alone: while it waits for a CPU nothing has been asked, and another one that asks must not wait.
/// @throws std::system_error if there is no process to be had.
size_answer ask_size(const std::string& where, const question_lock& lock, std::chrono::nanoseconds patience,
                     const std::function<bool()>& is_over);

} // namespace pmactor
