// Reads /dev/kmsg, a record at a time.
#pragma once

#include "actors/host/owned_descriptor.hpp"
#include "actors/kernel_log/log_reader.hpp"

namespace pmactor {

/// @throws std::runtime_error, as open_log does.
std::unique_ptr<log_reader> open_kmsg();

/// @param log of which each read() is one record of that form, and never waits.
std::unique_ptr<log_reader> read_kmsg(owned_descriptor log);

} // namespace pmactor
