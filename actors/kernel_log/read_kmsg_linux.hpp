// The kernel's log as the KERNEL LOG reads it: from now on, within a budget.
#pragma once

#include "actors/host/kernel_log_file_linux.hpp"
#include "actors/kernel_log/log_reader.hpp"

namespace pmactor {

/// @throws std::runtime_error, as open_log does.
std::unique_ptr<log_reader> open_kmsg();

std::unique_ptr<log_reader> read_kmsg(kernel_log_file log);

} // namespace pmactor
