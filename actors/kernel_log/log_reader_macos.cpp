// macOS shows its kernel's log by tools only, which cost far more than what it says once in a while
// is worth.
#include "actors/kernel_log/log_reader.hpp"

namespace pmactor {

kernel_log_host host_kernel_log() {
  return {};
}

} // namespace pmactor
